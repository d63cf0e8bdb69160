namespace Tandem.Tests.Integration.Seeds;

/// <summary>
/// What happens to a world, drawn from one seed. Any part of its steps is a plan too, which is how a failure is made smaller.
/// </summary>
internal interface IPlan<TPlan, TStep>
    where TPlan : IPlan<TPlan, TStep>
{
    int Seed { get; }

    IReadOnlyList<TStep> Steps { get; }

    TPlan With(IReadOnlyList<TStep> steps);

    /// <summary>Its options and its steps as a person reads them.</summary>
    string Describe();
}
