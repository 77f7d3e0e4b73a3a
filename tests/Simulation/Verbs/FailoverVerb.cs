using System.Collections.Concurrent;
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
        return report.Violations.IsEmpty ? 0 : 1;
    }

    /// <summary>Seeds from the first on, for a span; stops at the first that breaks a promise.</summary>
    public static int RunMany(long first, TimeSpan span)
    {
        var begin = TimeProvider.System.GetTimestamp();
        var next = first - 1;
        var (steps, nodeSeconds) = (0L, 0L);
        var broken = new ConcurrentQueue<(long Seed, RehearsalReport Report)>();
        Parallel.For(0, Environment.ProcessorCount, _ =>
        {
            while (broken.IsEmpty && TimeProvider.System.GetElapsedTime(begin) < span)
            {
                var seed = Interlocked.Increment(ref next);
                var plan = SwarmMaker.Make(seed);
                var report = FailoverRun.Of(plan);
                Interlocked.Add(ref steps, report.Steps);
                Interlocked.Add(ref nodeSeconds, (long)plan.Length.TotalSeconds * plan.Nodes.Count(node => node.HasAgent));
                if (!report.Violations.IsEmpty)
                {
                    broken.Enqueue((seed, report));
                }

                // One seed in twenty runs twice: the same plan must give the same run.
                if (seed % 20 == 0 && FailoverRun.Of(plan).Trace != report.Trace)
                {
                    throw new InvalidOperationException($"seed {seed} gave two different runs");
                }
            }
        });
        var minutes = TimeProvider.System.GetElapsedTime(begin).TotalMinutes;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{next - first + 1} seeds, {steps} decisions, {nodeSeconds / 3600.0:0} node-hours, {nodeSeconds / 3600.0 / minutes:0} node-hours per minute"));
        if (!broken.TryDequeue(out var found))
        {
            return 0;
        }

        var (worst, what) = found;
        Tell(worst, what.Violations[0], FailoverRun.Shrink(SwarmMaker.Make(worst), what.Violations[0]));
        return 1;
    }

    private static void Tell(long seed, Violation violation, RehearsalPlan small)
    {
        Console.Error.WriteLine($"seed {seed}: {violation.Promise}: {violation.What}");
        Console.Error.WriteLine($"again: ./dev sim --world failover --seed {seed}; smallest plan:");
        foreach (var happening in small.Happenings)
        {
            Console.Error.WriteLine($"  {happening}");
        }

        Print(FailoverRun.Of(small));
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
