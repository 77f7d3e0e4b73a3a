namespace NodeAgent.Daemon.Metrics;

/// <summary>Puts the plugin host's names of calls into the few classes that metrics tell apart.</summary>
internal static class OperationClass
{
    /// <summary>One of <see cref="Known.Operations"/>.</summary>
    public static string Of(string operation) => operation switch
    {
        "probe" or "pools.list" or "pools.plan" or "status.read" or "roles.get" => "read",
        "volumes.list" or "volumes.get" or "snapshots.list" or "snapshots.plan_rollback" or "roles.plan_promote" => "read",
        "streams.read_history" or "streams.read_changes" or "streams.estimate" => "read",
        "extents.list" or "extents.open" or "extents.read" or "rejoin.kept" => "read",
        "choice.side" or "choice.plan" or "absence.look" or "sites.read" or "sites.plan" or "drive.plan" => "read",
        "volumes.create" or "pools.apply" or "drive.replace" => "create",
        "volumes.expand" => "expand",
        "volumes.delete" => "delete",
        "snapshots.create" => "snapshot",
        "snapshots.delete" => "prune",
        "snapshots.rollback" or "choice.choose" => "rollback",
        "snapshots.clone" => "clone",
        "snapshots.hold" or "snapshots.release" or "streams.anchor" or "streams.forget_anchor" => "anchor",
        "streams.discard_partial" => "delete",
        "streams.send" => "send",
        "streams.receive" or "rejoin" => "receive",
        "roles.promote" or "sites.apply" => "promote",
        "roles.demote" => "demote",
        "events.watch" or "upkeep" or "upkeep.reports" => "watch",
        _ => "other",
    };
}
