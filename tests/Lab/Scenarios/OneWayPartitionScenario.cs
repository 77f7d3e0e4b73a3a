using NodeAgent.Lab.Failover;
using NodeAgent.Lab.Machines;

namespace NodeAgent.Lab.Scenarios;

/// <summary>The active node still hears the others, and they hear nothing of it.</summary>
public sealed class OneWayPartitionScenario : PartitionScenario
{
    public override string Name => "one-way-partition";

    public override string About => "the active node hears the others, they do not hear it: it lets go or is reset before a survivor begins";

    protected override Task CutAsync(LabNode node, CancellationToken cancel) => Faults.CutOffAsync(node, cancel, hears: true);
}
