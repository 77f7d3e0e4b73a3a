using NodeAgent.Core.Leases;
using NodeAgent.Rehearsal;
using NodeAgent.Rehearsal.Plans;
using NodeAgent.Rehearsal.Reports;
using NodeAgent.Rehearsal.Running;

namespace NodeAgent.Simulation.Failover;

/// <summary>Runs plans against the real core, or a wrong one.</summary>
internal static class FailoverRun
{
    public static RehearsalReport Of(RehearsalPlan plan, Mutant? mutant = null)
    {
        var timings = Timings.Compute(plan.Choice).Value;
        return Rehearsing.Run(plan, mutant?.Timings(timings) ?? timings, mutant?.Decide, stopsAtViolation: true, mutant?.Flaw ?? Flaw.None);
    }

    /// <summary>The smallest plan that breaks the same promise: fewer happenings, then a shorter run.</summary>
    public static RehearsalPlan Shrink(RehearsalPlan plan, Violation violation, Mutant? mutant = null)
    {
        var left = plan.Happenings;
        for (var pieces = 2; left.Length > 0;)
        {
            var size = Math.Max(1, left.Length / pieces);
            var shorter = Enumerable.Range(0, (left.Length + size - 1) / size)
                .Select(piece => plan with { Happenings = [.. left.Where((_, at) => at / size != piece)] })
                .FirstOrDefault(rest => Breaks(rest, violation, mutant));
            if (shorter is not null)
            {
                left = shorter.Happenings;
                pieces = Math.Max(2, pieces - 1);
            }
            else if (size == 1)
            {
                break;
            }
            else
            {
                pieces = Math.Min(left.Length, pieces * 2);
            }
        }

        return plan with { Happenings = left };
    }

    private static bool Breaks(RehearsalPlan plan, Violation violation, Mutant? mutant) =>
        Of(plan, mutant).Violations.Any(other => other.Promise == violation.Promise);
}
