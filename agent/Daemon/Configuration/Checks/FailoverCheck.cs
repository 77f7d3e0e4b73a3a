using NodeAgent.Core.Leases;

namespace NodeAgent.Daemon.Configuration.Checks;

/// <summary>The timings that follow from the stall tolerance are safe.</summary>
internal sealed class FailoverCheck : IConfigCheck
{
    public void Check(ConfigDraft draft, ProblemList problems)
    {
        if (Timings.Compute(draft.Config.Failover.Choice).Fault is { } fault)
        {
            problems.Error(draft.PlaceOf("failover.stall"), "failover.stall", fault.Why, fault.NextStep);
        }
    }
}
