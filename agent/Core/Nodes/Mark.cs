namespace NodeAgent.Core.Nodes;

/// <summary>A branch that a decision took. Nothing depends on it: a test sees to it that the simulation reaches every one.</summary>
public enum Mark
{
    /// <summary>The store is asked to begin a stay.</summary>
    AsksToJoin = 0,

    /// <summary>Another machine is heard under this node's name.</summary>
    FindsAnother,

    /// <summary>What runs from before is stopped first.</summary>
    CleansUpFirst,

    /// <summary>A stay ended with nothing owned.</summary>
    StayEndsIdle,

    /// <summary>A stay ended while something was owned.</summary>
    StayEndsOwning,

    /// <summary>A new process goes on with the stay of another.</summary>
    AdoptsStay,

    /// <summary>Services are frozen.</summary>
    Freezes,

    /// <summary>Services go on.</summary>
    Thaws,

    /// <summary>Everything is let go of.</summary>
    ReleasesAll,

    /// <summary>The lease ran out with nothing to let go of.</summary>
    LeaseEndsIdle,

    /// <summary>What is owned was not let go of: this node is reset.</summary>
    ResetsAfterRelease,

    /// <summary>All was let go of, and the stay is given back.</summary>
    GivesStayBack,

    /// <summary>This node was declared dead while it owned something.</summary>
    ResetsDeclaredDead,

    /// <summary>The store is told what the watchdog is worth now.</summary>
    NotesWatchdog,

    /// <summary>This node tells that it is being shut down.</summary>
    LeavesCluster,

    /// <summary>Shut down, it ends its stay.</summary>
    EndsStayAtShutdown,

    /// <summary>Nothing is owned any more: the guard counts nothing.</summary>
    StandsDown,

    /// <summary>A service that this node has is not its any more.</summary>
    DropsService,

    /// <summary>A service was taken, and is not wanted any more before it began.</summary>
    StopsUnbegun,

    /// <summary>The guard has to count before anything is opened.</summary>
    ArmsGuardFirst,

    /// <summary>Units are opened.</summary>
    Promotes,

    /// <summary>What would not stop is stopped again.</summary>
    StopsStuckAgain,

    /// <summary>A closed service is let go of.</summary>
    LetsGo,

    /// <summary>The copy of the node that gets it is brought up to date first.</summary>
    PreparesMove,

    /// <summary>It stops because it shall not run.</summary>
    StopsUnwanted,

    /// <summary>At a shutdown it moves.</summary>
    ShutdownMoves,

    /// <summary>At a shutdown it stops.</summary>
    ShutdownStops,

    /// <summary>At a shutdown it is kept for this node.</summary>
    ShutdownKeeps,

    /// <summary>It goes where an operator sent it.</summary>
    MovesAsAsked,

    /// <summary>It cannot go where an operator sent it.</summary>
    CannotMoveAsAsked,

    /// <summary>It should leave and has nowhere to go.</summary>
    CannotLeave,

    /// <summary>It leaves a node that is to be empty.</summary>
    MovesFromDrained,

    /// <summary>Its storage here has failed: it moves to where it is whole.</summary>
    LeavesUnsuited,

    /// <summary>It follows a service that it must run beside.</summary>
    Follows,

    /// <summary>It goes back to a better node.</summary>
    FailsBack,

    /// <summary>It ran for long: the failures before are over.</summary>
    ForgetsFailures,

    /// <summary>Its units did not open.</summary>
    PromoteFailed,

    /// <summary>It is started again where it failed.</summary>
    RestartsHere,

    /// <summary>It failed too often here.</summary>
    GivesUpHere,

    /// <summary>The target was not brought up to date.</summary>
    PrepareFailed,

    /// <summary>The target did not get what was written last: it goes on here.</summary>
    GoesOnAfterFailedMove,

    /// <summary>What does not stop makes this node reset itself.</summary>
    StuckResets,

    /// <summary>What does not stop waits for an operator.</summary>
    StuckWaits,

    /// <summary>The power of a node was not seen to be off.</summary>
    FenceFailed,

    /// <summary>The store is told how an attempt to cut a node's power ended.</summary>
    TellsFenceResult,

    /// <summary>A fence is not needed any more.</summary>
    AbandonsFence,

    /// <summary>A fence begins.</summary>
    BeginsFence,

    /// <summary>A node's power is cut.</summary>
    CutsPower,

    /// <summary>Takeovers are disarmed.</summary>
    WaitsDisarmed,

    /// <summary>Nothing proves that the writer before writes no more.</summary>
    WaitsForProof,

    /// <summary>It failed too often everywhere.</summary>
    WaitsGivenUp,

    /// <summary>No node can have it now.</summary>
    WaitsForNode,

    /// <summary>Not every copy was looked at yet.</summary>
    WaitsForLooks,

    /// <summary>A service is taken.</summary>
    Takes,

    /// <summary>Nodes where it failed are tried again.</summary>
    Forgives,

    /// <summary>What the copies are worth could not be told at once.</summary>
    OffersWait,

    /// <summary>Copies are looked at because a writer was lost.</summary>
    LooksAtOnce,
}
