using System.Collections.Concurrent;
using NodeAgent.Core.Nodes;
using NodeAgent.Rehearsal;
using NodeAgent.Rehearsal.Plans;

namespace NodeAgent.Simulation.Failover;

/// <summary>Which branches of the core runs have reached, and how often.</summary>
internal sealed class Coverage
{
    private readonly ConcurrentDictionary<Mark, long> hits = new();

    /// <summary>The branches that nothing reached.</summary>
    public IReadOnlyList<Mark> Missing => [.. Enum.GetValues<Mark>().Where(mark => !hits.ContainsKey(mark))];

    /// <summary>Runs a plan and counts.</summary>
    public void Run(RehearsalPlan plan) => Rehearsing.Run(plan, (settings, state, input, now) =>
    {
        var decision = NodeMachine.Step(settings, state, input, now);
        foreach (var mark in decision.Marks)
        {
            hits.AddOrUpdate(mark, 1, (_, count) => count + 1);
        }

        return decision;
    });
}
