namespace NodeAgent.Contract;

/// <summary>The layouts for some pools on the storage as it is.</summary>
/// <param name="Nodes">Nodes that hold disks.</param>
/// <param name="Disks">Disks in all.</param>
/// <param name="RawBytes">Their room in all.</param>
/// <param name="Pools">A layout each, as they were asked for.</param>
/// <param name="Blockers">Why it cannot be applied, each a sentence.</param>
/// <param name="Fingerprint">Of all that the plan rests on: it is applied only while that has not changed.</param>
public sealed record PoolLayoutPlan(
    int Nodes, int Disks, long RawBytes, IReadOnlyList<PoolLayout> Pools, IReadOnlyList<string> Blockers, string Fingerprint);
