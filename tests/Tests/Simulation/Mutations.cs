namespace NodeAgent.Tests.Simulation;

/// <summary>Wrong agents, each with one mistake that somebody could make.</summary>
internal static class Mutations
{
    private const string Planner = "Core/Replication/ReplicationPlanner.cs";
    private const string Cycle = "Daemon/Replication/PeerCycle.cs";
    private const string Entry = "Daemon/Replication/CycleEntry.cs";
    private const string Handover = "Core/Units/Handover.cs";
    private const string Steps = "Daemon/Units/Handovers/SwitchoverSteps.cs";
    private const string Copies = "Daemon/Replication/LocalCopies.cs";
    private const string Retained = "Daemon/Replication/CopyRetention.cs";

    public static Mutation None { get; } = new("nothing changed");

    public static IReadOnlyList<Mutation> All { get; } =
    [
        new("names instead of identities", (Planner, "newest.Guid == to.Guid ?", "newest.Name == to.Name ?")),
        new("retention deletes the newest", ("Core/Replication/Retention.cs", "own.Take(", "own.AsEnumerable().Reverse().Take(")),
        new("the writer anchors before the copy has it",
            (Cycle, "entry.Mark(\"look\");", "entry.Mark(\"look\"); await streams.AnchorAsync(new SnapshotId(record.Unit, snapshot), peer, cancellation);")),
        new("what a copy may hold is not pinned",
            (Entry, "new[] { SnapshotArgument, HeldArgument }", "new[] { SnapshotArgument }")),
        new("the word that nothing changed is taken without looking",
            ("Daemon/Replication/UnitCycle.cs", "is { } last && Covers(word, last)", "is { } last"),
            (Copies, "!word.Renews(registry.UnchangedSince(told.Unit))", "registry.Find(told.Unit) is null")),
        new("two writers in one epoch",
            ("Core/Units/RecordAdoption.cs", "told.Epoch == known.Epoch && told.Writer != known.Writer", "told.Epoch == known.Epoch && told.Writer == self")),
        new("a unit of an older agent never gets a life", ("Daemon/Units/UnitRegistry.cs", "var alive = known.Alive();", "var alive = known;")),
        new("an older epoch is taken", ("Core/Units/RecordAdoption.cs", "told.Epoch < known.Epoch", "told.Epoch > known.Epoch")),
        new("a copy claims what has only half arrived", (Copies, "CopyLoss.NewestComplete(history.Value, whole)", "CopyLoss.NewestComplete(history.Value)"),
            (Copies, "registry.UnchangedSince(unit), whole)", "registry.UnchangedSince(unit))")),
        new("a cycle is ended without a second look",
            (Cycle, "plans.All(plan => plan is VolumePlan.UpToDate or VolumePlan.Send)", "plans.Length > 0"),
            (Copies, "if (!existing.Value.Any(known => known.Id.Name == snapshot))", "if (snapshot.Length == 0)")),
        new("a failed cycle is closed", (Entry, "if (fault is null)", "if (fault is null || operation.Attempts > 0)")),
        new("the writer does not close its storage before it releases the unit",
            (Handover, "return new HandoverStep.Close($", "return new HandoverStep.Release(Passed(seen.Record!, state.To), $")),
        new("the last writes are not looked for",
            (Handover, "here.Volumes.All(volume => volume.HeadChanged == Answer.No)", "here.Volumes.Count > 0"),
            (Handover, "here.Volumes.All(volume => volume.HeadChanged != Answer.Yes)", "here.Volumes.Count > 0")),
        new("the next writer is told before the release is stored",
            (Steps, "        return world.Registry.Store(next);",
                "        _ = tools.Targets(next.Writer).Value.TakeOverAsync(new TakeOverLetter(next, entry.State.Snapshot!, Handover.Identities(backend.Streams.ReadHistoryAsync(Unit, default).Result.Value, entry.State.Snapshot!)), default); return world.Registry.Store(next);")),
        new("a release is not stored at all", (Steps, "        return world.Registry.Store(next);", "        return Outcome.Done;")),
        new("a released move is given up after a kill",
            (Handover, "if (record.Epoch != state.Epoch || record.Writer != state.From)", "if (!seen.WasInterrupted && record.Epoch != state.Epoch)")),
        new("a former writer can pass the unit on", ("Core/Units/HandoverAcceptance.cs", "known.Writer != from || told", "told")),
        new("an order to delete is given up when its outcome is unknown",
            ("Daemon/Units/DeleteOrders.cs", "(operation.Attempts > 1 || mayBeGone)", "operation.Attempts > 99")),
        new("a stream that was sent before a volume was deleted is taken after it", (Copies, "revision < known.Revision", "revision < 0"))
            { FirstSeed = 24_500 },
        new("a copy lets go of what its volumes end with", (Retained, " && IsOwn(name, upTo: snapshot)", "")) { FirstSeed = 7_732_700 },
        new("a copy takes for unfinished what is whole", (Retained, "[.. listed.Value.Select(known => known.Id.Name)]", "[]"),
            (Retained, "newest is null ? Math.Max(KeepUnfinished, record.KeepCopies) : KeepUnfinished", "KeepUnfinished"))
            { FirstSeed = 20_287_390 },
        new("a copy keeps all that never became whole", (Copies, "streams > CopyRetention.KeepUnfinished", "streams < 0")) { FirstSeed = 20_287_130 },
        new("a deletion leaves the record as it was",
            ("Daemon/Units/DeleteOrders.cs", "var renewed = world.Registry.Renew(record.Unit, world.Self);", "Outcome<UnitRecord> renewed = record;"))
            { FirstSeed = 24_500 },
    ];
}
