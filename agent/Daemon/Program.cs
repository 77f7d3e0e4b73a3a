using NodeAgent.Daemon.Cli;

return await RootVerb.Build().Parse(args).InvokeAsync();
