using NodeAgent.Core.Units;

namespace NodeAgent.Daemon.Replication.Wire;

/// <summary>The routes and messages between a writer and the node that is to follow it.</summary>
internal static class HandoverRoutes
{
    public const string Plan = "units/plan-take-over";
    public const string TakeOver = "units/take-over";

    /// <summary>A unit's record.</summary>
    public sealed record OfRecord(UnitRecord Record);
}
