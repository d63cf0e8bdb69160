using Tandem.Bench;

return await BenchCommand.RunAsync(args);
