using Xunit;

// Each test runs several processes; more of them at once would only wait for each other on two cores.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
