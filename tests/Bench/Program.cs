using NodeAgent.Bench.Running;

return await BenchRun.MainAsync(args);
