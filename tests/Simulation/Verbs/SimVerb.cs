using System.Globalization;
using NodeAgent.Simulation.Running;
using NodeAgent.Simulation.Scenarios;

namespace NodeAgent.Simulation.Verbs;

/// <summary><c>./dev sim</c>: seed after seed for some minutes, one seed again, or a scenario from a file.</summary>
internal static class SimVerb
{
    private const string Usage = "usage: ./dev sim [--minutes N] [--seed S] [--world failover|replication]\n"
        + "           seeds from S on, for N minutes (1), half of them in each world; without --minutes only S\n"
        + "       ./dev sim --file SCENARIO.json   a scenario of the replication world";

    public static int Run(string[] arguments)
    {
        double? minutes = null;
        long? seed = null;
        var world = "";
        for (var at = 0; at < arguments.Length; at += 2)
        {
            var value = at + 1 < arguments.Length ? arguments[at + 1] : "";
            switch (arguments[at])
            {
                case "--minutes" when double.TryParse(value, CultureInfo.InvariantCulture, out var given):
                    minutes = given;
                    break;
                case "--seed" when long.TryParse(value, CultureInfo.InvariantCulture, out var given):
                    seed = given;
                    break;
                case "--world" when value is "failover" or "replication":
                    world = value;
                    break;
                case "--file" when File.Exists(value):
                    return RunOne(Scenario.Load(value), $"--file {value}");
                default:
                    Console.Error.WriteLine($"error: cannot use '{arguments[at]} {value}'\n{Usage}");
                    return 2;
            }
        }

        var span = TimeSpan.FromMinutes((minutes ?? 1) / (world.Length == 0 ? 2 : 1));
        var failover = world == "replication" ? 0
            : seed is { } one && minutes is null ? FailoverVerb.RunOne(one) : FailoverVerb.RunMany(seed ?? 1, span);
        return failover != 0 || world == "failover" ? failover
            : seed is { } other && minutes is null ? RunSeed(other) : RunMany(seed ?? 1, span);
    }

    private static int RunMany(long first, TimeSpan span)
    {
        var begin = TimeProvider.System.GetTimestamp();
        var (seed, points) = (first, 0L);
        while (TimeProvider.System.GetElapsedTime(begin) < span)
        {
            if (RunBoth(seed) is not { } passed)
            {
                return 1;
            }

            points += passed;
            seed++;
        }

        Console.WriteLine($"seeds {first} to {seed - 1}: {2 * (seed - first)} worlds, {points} points, no promise broken");
        return 0;
    }

    private static int RunSeed(long seed)
    {
        if (RunBoth(seed) is not { } points)
        {
            return 1;
        }

        Console.WriteLine($"no promise broken in 2 worlds of seed {seed}, {points} points");
        return 0;
    }

    /// <summary>Both worlds of a seed, the one whose writer stays and the one whose writer moves; the points passed, null if a promise broke.</summary>
    private static long? RunBoth(long seed)
    {
        var scenario = ScenarioMaker.Make(seed);
        var staying = Runner.Run(scenario);
        if (staying.Broken is not null)
        {
            Tell(scenario, staying, $"--world replication --seed {seed}");
            return null;
        }

        var moving = Runner.RunMoving(seed);
        if (moving.Broken is not null)
        {
            Console.Error.WriteLine(
                $"BROKEN in the moving world, round {moving.Round}: {moving.Broken}: {moving.What}; again: ./dev sim --world replication --seed {seed}");
            return null;
        }

        return staying.Points + moving.Points;
    }

    private static int RunOne(Scenario scenario, string again)
    {
        var verdict = Runner.Run(scenario);
        if (verdict.Broken is not null)
        {
            Tell(scenario, verdict, again);
            return 1;
        }

        Console.WriteLine($"no promise broken in {scenario.Rounds} rounds, {verdict.Points} points, trace {verdict.Trace:x16}");
        return 0;
    }

    private static void Tell(Scenario scenario, Verdict verdict, string again)
    {
        var small = Shrinking.Shrink(scenario, candidate => Runner.Run(candidate).Broken == verdict.Broken);
        var file = Path.Combine(Path.GetTempPath(), $"nodeagent-sim-{scenario.Seed}.json");
        File.WriteAllText(file, small.ToJson() + "\n");
        var last = Runner.Run(small);
        Console.WriteLine(
            $"BROKEN {last.What} (round {last.Round}, {small.Happenings.Count} of {scenario.Happenings.Count} happenings); "
            + $"again: ./dev sim {again}; shrunk: ./dev sim --file {file}");
        foreach (var happening in small.Happenings)
        {
            Console.WriteLine($"  {happening}");
        }
    }
}
