using System.Globalization;
using NodeAgent.Rehearsal.Plans;
using NodeAgent.Rehearsal.Reports;
using NodeAgent.Simulation.Failover;

namespace NodeAgent.Simulation.Verbs;

/// <summary>Seed after seed of whole clusters under faults, on all processors.</summary>
internal static class FailoverVerb
{
    /// <summary>One seed, with its timeline.</summary>
    public static int RunOne(long seed)
    {
        var plan = SwarmMaker.Make(seed);
        var report = FailoverRun.Of(plan);
        Print(report);
        foreach (var node in plan.Nodes)
        {
            Console.WriteLine(node);
        }

        foreach (var node in report.Nodes)
        {
            Console.WriteLine(node);
        }

        return report.Violations.IsEmpty ? 0 : 1;
    }

    /// <summary>Seeds from the first on, for a span; stops at the first that breaks a promise.</summary>
    public static int RunMany(long first, TimeSpan span, Mutant? mutant = null)
    {
        var begin = TimeProvider.System.GetTimestamp();
        var next = first - 1;
        var (steps, nodeSeconds) = (0L, 0L);
        var broken = new List<(long Seed, RehearsalReport Report)>();
        Parallel.For(0, Environment.ProcessorCount, _ =>
        {
            while (broken.Count == 0 && TimeProvider.System.GetElapsedTime(begin) < span)
            {
                var seed = Interlocked.Increment(ref next);
                var plan = SwarmMaker.Make(seed);
                var report = FailoverRun.Of(plan, mutant);
                Interlocked.Add(ref steps, report.Steps);
                Interlocked.Add(ref nodeSeconds, (long)plan.Length.TotalSeconds * plan.Nodes.Count(node => node.HasAgent));
                if (!report.Violations.IsEmpty)
                {
                    lock (broken)
                    {
                        broken.Add((seed, report));
                    }
                }
            }
        });
        var minutes = TimeProvider.System.GetElapsedTime(begin).TotalMinutes;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{next - first + 1} seeds, {steps} decisions, {nodeSeconds / 3600.0:0} node-hours, {nodeSeconds / 3600.0 / minutes:0} node-hours per minute"));
        if (broken.Count == 0)
        {
            return 0;
        }

        var (worst, what) = broken[0];
        Tell(worst, what.Violations[0], FailoverRun.Shrink(SwarmMaker.Make(worst), what.Violations[0], mutant), mutant);
        return 1;
    }

    private static void Tell(long seed, Violation violation, RehearsalPlan small, Mutant? mutant)
    {
        Console.Error.WriteLine($"seed {seed}: {violation.Promise}: {violation.What}");
        Console.Error.WriteLine($"again: ./dev sim --world failover --seed {seed}; smallest plan:");
        foreach (var happening in small.Happenings)
        {
            Console.Error.WriteLine($"  {happening}");
        }

        Print(FailoverRun.Of(small, mutant));
    }

    private static void Print(RehearsalReport report)
    {
        foreach (var entry in report.Timeline)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{entry.At.TotalSeconds,9:0.000}  {entry.Node,-4} {entry.Text}"));
        }

        foreach (var violation in report.Violations)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{violation.At.TotalSeconds,9:0.000}  BROKEN {violation.Promise}: {violation.What}"));
        }

        foreach (var service in report.Services)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{service.Name} {service.Phase} on {service.Node ?? "-"} epoch {service.Epoch}, lost {service.Lost.TotalSeconds:0.##} s, down {service.Down.TotalSeconds:0.##} s {service.Reason}"));
        }
    }
}
