namespace NodeAgent.Simulation.Scenarios;

/// <summary>What can happen in the world.</summary>
public enum HappeningKind
{
    /// <summary>A service writes into a volume on the writer. Amount picks volume, place and bytes.</summary>
    Write = 0,

    /// <summary>The writer's agent is killed; it starts again with the next round.</summary>
    KillWriter,

    /// <summary>A copy's agent is killed and stays away for Amount more rounds.</summary>
    KillCopy,

    /// <summary>A copy cannot be reached, from now to the end of Amount more rounds.</summary>
    PeerDown,

    /// <summary>The next stream to a copy is cut at Amount thousandths of its length.</summary>
    CutStream,

    /// <summary>The next call to a copy is carried out, its answer is lost.</summary>
    LoseAnswer,

    /// <summary>The next call to a copy times out and is carried out Amount rounds later.</summary>
    DelayCall,

    /// <summary>The next change in a node's storage is made, and reported as timed out.</summary>
    StorageLate,

    /// <summary>The next change in a node's storage is not made.</summary>
    StorageFails,

    /// <summary>A node's disk is full, from now to the end of Amount more rounds.</summary>
    DiskFull,

    /// <summary>The wall clock of the writer jumps by Amount seconds.</summary>
    JumpClock,

    /// <summary>The storage cannot tell whether the unit changed, the next time it is asked.</summary>
    NotSure,

    /// <summary>The writer's storage is not there, as if not mounted, from now to the end of Amount more rounds: listings are empty.</summary>
    StorageGone,

    /// <summary>The operator adds volume number Amount.</summary>
    AddVolume,

    /// <summary>The operator deletes volume number Amount, with its copies.</summary>
    RemoveVolume,

    /// <summary>The operator makes a snapshot of his own.</summary>
    OperatorSnapshot,

    /// <summary>The operator sets how many snapshots are kept.</summary>
    SetRetention,

    /// <summary>The writer's storage is lost and made anew by hand under the same names: same snapshot names, other identities.</summary>
    RecreateUnit,

    /// <summary>The next stream to a copy stands still and goes on Amount rounds later, while the writer's cycles go on.</summary>
    SlowStream,

    /// <summary>A node that is not the writer behaves as if it were.</summary>
    Rogue,

    /// <summary>The node's agent dies just before the next record of its that is stored; it starts again with the next round.</summary>
    KillAtStore,
}
