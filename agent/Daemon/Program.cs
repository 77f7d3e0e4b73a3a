using NodeAgent.Daemon.Cli;

return await CommandLine.RunAsync(args, CliSurroundings.OfThisProcess(), CancellationToken.None);
