using Tandem.Tests.Clients;
using Xunit;

[assembly: AssemblyFixture(typeof(ClientOrg))]
