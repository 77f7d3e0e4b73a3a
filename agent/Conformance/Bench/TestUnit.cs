using NodeAgent.Contract;

namespace NodeAgent.Conformance.Bench;

/// <summary>A unit with one volume that a check made.</summary>
internal sealed record TestUnit(UnitId Id, VolumeId Volume, VolumeSpec Spec, WriteGrant Grant)
{
    public SnapshotId Snapshot(string name) => new(Id, name);
}
