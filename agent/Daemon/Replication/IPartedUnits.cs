using NodeAgent.Contract;

namespace NodeAgent.Daemon.Replication;

/// <summary>Decides about copies that have parted from their writer.</summary>
public interface IPartedUnits
{
    /// <summary>True if the cluster store names the unit's writer: then whatever else was written is known to be out of date.</summary>
    bool MayRejoin(UnitId unit);

    /// <summary>Told that a copy went back to a snapshot, and what it had beyond it is kept.</summary>
    void Rejoined(UnitId unit, string? snapshot, string kept);
}
