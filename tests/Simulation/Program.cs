using NodeAgent.Simulation.Verbs;

return args is ["fo", var a] ? FailoverVerb.RunOne(long.Parse(a)) : args is ["fom", var m] ? FailoverVerb.RunMany(1, TimeSpan.FromMinutes(double.Parse(m))) : SimVerb.Run(args);
