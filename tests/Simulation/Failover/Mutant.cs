using NodeAgent.Contract;
using NodeAgent.Core.Leases;
using NodeAgent.Core.Nodes;

namespace NodeAgent.Simulation.Failover;

/// <summary>A core that is wrong in one way: the simulation must catch it, or it catches nothing.</summary>
/// <param name="Name">What it does wrong.</param>
/// <param name="Decide">The wrong core.</param>
internal sealed record Mutant(string Name, Rehearsal.Running.Decider Decide)
{
    /// <summary>Timings that are wrong; none by default.</summary>
    public Func<Timings, Timings> Timings { get; init; } = timings => timings;

    /// <summary>What is wrong around the core; nothing by default.</summary>
    public Rehearsal.Running.Flaw Flaw { get; init; }

    /// <summary>A mutant that changes what the real core is told.</summary>
    public static Mutant OfInput(string name, Func<NodeSettings, NodeState, NodeInput, Instant, NodeInput?> change) =>
        new(name, (settings, state, input, now) => change(settings, state, input, now) is { } changed
            ? NodeMachine.Step(settings, state, changed, now) : new NodeDecision(state, []));

    /// <summary>A mutant that changes what the real core wants.</summary>
    public static Mutant OfEffect(string name, Func<NodeSettings, NodeDecision, NodeEffect, NodeEffect?> change) =>
        new(name, (settings, state, input, now) =>
        {
            var decision = NodeMachine.Step(settings, state, input, now);
            return decision with { Effects = [.. decision.Effects.Select(effect => change(settings, decision, effect)).OfType<NodeEffect>()] };
        });
}
