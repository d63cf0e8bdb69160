using Tandem.Tests.Conformance;
using Xunit;

[assembly: AssemblyFixture(typeof(TestOrg))]
