using Tandem.Cli;

return await CommandLine.RunAsync(args);
