using NodeAgent.Simulation.Verbs;

return SimVerb.Run(args);
