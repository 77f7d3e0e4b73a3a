using NodeAgent.Simulation.Verbs;
using NodeAgent.Simulation.Failover;

if (args is ["mut"])
{
    foreach (var mutant in Mutants.All)
    {
        var begin = DateTime.Now;
        var caught = "NOT CAUGHT";
        for (var seed = 1; seed < 400; seed++)
        {
            var r = FailoverRun.Of(SwarmMaker.Make(seed), mutant);
            if (!r.Violations.IsEmpty) { caught = $"seed {seed}: {r.Violations[0].Promise}"; break; }
        }
        Console.WriteLine($"{mutant.Name}: {caught} {(DateTime.Now - begin).TotalSeconds:0.0} s");
    }
    return 0;
}
return args is ["fo", var a] ? FailoverVerb.RunOne(long.Parse(a)) : args is ["fom", var m] ? FailoverVerb.RunMany(1, TimeSpan.FromMinutes(double.Parse(m))) : SimVerb.Run(args);
