using NodeAgent.Contract;
using NodeAgent.Core.Leases;
using NodeAgent.Core.Nodes;
using NodeAgent.Rehearsal.Plans;
using NodeAgent.Rehearsal.Reports;
using NodeAgent.Rehearsal.Running;

namespace NodeAgent.Rehearsal;

/// <summary>Runs a plan against the decision core that the agent runs.</summary>
public static class Rehearsing
{
    /// <summary>The report, or why the plan's timings cannot be.</summary>
    /// <param name="plan">What is done to which cluster.</param>
    /// <param name="decider">A wrong core that has to be caught; null: the real one.</param>
    /// <param name="stopsAtViolation">True if the run ends with the first broken promise.</param>
    public static Outcome<RehearsalReport> Run(RehearsalPlan plan, Decider? decider = null, bool stopsAtViolation = false)
    {
        var timings = Timings.Compute(plan.Choice);
        return timings.IsOk ? Run(plan, timings.Value, decider, stopsAtViolation) : timings.Fault;
    }

    /// <summary>The report with timings that may be wrong on purpose.</summary>
    internal static RehearsalReport Run(RehearsalPlan plan, Timings timings, Decider? decider, bool stopsAtViolation, Flaw flaw = Flaw.None) =>
        new World(plan, timings, decider ?? NodeMachine.Step, flaw).Run(stopsAtViolation);
}
