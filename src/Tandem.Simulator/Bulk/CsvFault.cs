namespace Tandem.Simulator.Bulk;

/// <summary>What is wrong with the shape of one row of CSV, whatever its values; the row is read to its end all the same.</summary>
internal enum CsvFault
{
    None,

    /// <summary>A quote inside a value that does not begin with one, such as after a space.</summary>
    QuoteInside,

    /// <summary>Something other than a delimiter or a line end after the closing quote.</summary>
    TextAfterQuote,

    /// <summary>The data end before the closing quote.</summary>
    OpenQuote,

    /// <summary>Bytes that are no UTF-8.</summary>
    NotUtf8,
}
