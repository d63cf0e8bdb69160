namespace Tandem.Simulator.Data;

/// <summary>
/// The records of a table in the order in which they came, for walks over all of them: those touch memory in the order it was filled.
/// One writer at a time, within the org's gate; any number of walks beside it, each over the records that were there when it began.
/// </summary>
internal sealed class RecordList
{
    private const int FirstCapacity = 16;

    private volatile Section _section = new(FirstCapacity);
    private int _gone;

    public void Add(Record record)
    {
        var section = _section;
        if (section.Count == section.Records.Length)
            _section = section = section.Copy(section.Count * 2);
        section.Append(record);
    }

    /// <summary>Takes a record out of later walks. Its place is kept until half of the places are such.</summary>
    public void Remove(Record record)
    {
        record.MarkGone();
        if (++_gone * 2 < _section.Count)
            return;
        _section = _section.Copy(Math.Max(FirstCapacity, _section.Count));
        _gone = 0;
    }

    public IEnumerable<Record> Walk()
    {
        var section = _section;
        var count = section.Count;
        for (var place = 0; place < count; place++)
        {
            if (!section.Records[place].IsGone)
                yield return section.Records[place];
        }
    }

    /// <summary>An array that is only ever added to: what stands before the count stays.</summary>
    private sealed class Section(int capacity)
    {
        private volatile int _count;

        public Record[] Records { get; } = new Record[capacity];

        public int Count => _count;

        /// <summary>The count moves last, so that no walk sees a place before its record.</summary>
        public void Append(Record record)
        {
            Records[_count] = record;
            _count++;
        }

        public Section Copy(int newCapacity)
        {
            var copy = new Section(newCapacity);
            for (var place = 0; place < _count; place++)
            {
                if (!Records[place].IsGone)
                    copy.Append(Records[place]);
            }

            return copy;
        }
    }
}
