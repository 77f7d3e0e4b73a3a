using NodeAgent.Contract;
using NodeAgent.Core.Replication;
using NodeAgent.Daemon.Operations;
using NodeAgent.Daemon.Replication;
using NodeAgent.Simulation.Nodes;
using NodeAgent.Simulation.Storage;

namespace NodeAgent.Simulation.Judging;

/// <summary>Compares storage with the truth. Knows nothing of plans.</summary>
internal sealed class Judge(Truth truth, WallClock clock, SimNode writer, IReadOnlyList<SimNode> copies)
{
    private readonly Dictionary<(NodeId Node, string Volume), long> reached = [];
    private int quietRounds;

    /// <summary>What has to hold always, after each round.</summary>
    public void Look(SimWriter? agent)
    {
        LookAtWriter();
        LookAtRetention();
        foreach (var copy in copies)
        {
            LookAtCopy(copy);
            LookAtClaim(copy, copy.Copies.LastReport(World.Unit), "itself");
            LookAtWord(copy);
            if (agent is not null)
            {
                LookAtClaim(copy, agent.Directory.LastReport(World.Unit, copy.Id), "the writer");
            }
        }
    }

    /// <summary>A cycle that is reported as good was good.</summary>
    public void LookAtReports(Outcome<CycleReport> outcome)
    {
        if (!outcome.IsOk)
        {
            return;
        }

        foreach (var copy in copies)
        {
            if (outcome.Value.Copies.GetValueOrDefault(copy.Id) is { IsOk: true, Value: { } report })
            {
                LookAtClaim(copy, report, "the cycle");
            }
        }
    }

    /// <summary>What has to hold when faults have stopped and two cycles have run.</summary>
    public void LookAtEnd(Outcome<CycleReport> last, IOperationJournal journal)
    {
        if (!last.IsOk)
        {
            throw new ViolationException("comes to rest", $"the last cycle did not run: {last.Fault}");
        }

        foreach (var copy in copies)
        {
            if (last.Value.Copies[copy.Id] is { IsOk: false } report)
            {
                throw new ViolationException("comes to rest", $"{copy.Id} is not brought up to date: {report.Fault}");
            }

            foreach (var (name, volume) in truth.Volumes)
            {
                var there = copy.Gate.Unit?.Volumes.GetValueOrDefault(name);
                if (there?.Newest is not { } newest || !newest.Content.AsSpan().SequenceEqual(volume.Content) || there.Partial is not null)
                {
                    throw new ViolationException("ends equal", $"{name} on {copy.Id} is not the writer's");
                }
            }

            if (copy.Gate.Unit!.Volumes.Keys.Except(truth.Volumes.Keys).FirstOrDefault() is { } left)
            {
                throw new ViolationException("ends equal", $"{left} was deleted, and is left on {copy.Id}");
            }
        }

        var kept = writer.Gate.Stored!.Volumes.Values.Max(volume => volume.Points.Count(point => !point.IsBookmark && SnapshotName.Parse(point.Name) is not null));
        if (kept > writer.Registry.Find(World.Unit)!.KeepSource)
        {
            throw new ViolationException("keeps few snapshots", $"the writer still has {kept} at rest");
        }

        // The anchor before is let go of by the next cycle.
        if (copies.FirstOrDefault(copy => OwnSnapshots(copy.Gate.Unit!) > copy.Registry.Find(World.Unit)!.KeepCopies + 1) is { } many)
        {
            throw new ViolationException("keeps few snapshots", $"{many.Id} still has {OwnSnapshots(many.Gate.Unit!)} at rest");
        }

        if (journal.Open() is [var open, ..])
        {
            throw new ViolationException("comes to rest", $"operation {open.Key} is left open at {open.Step}: {open.LastFault}");
        }
    }

    /// <summary>A node that is not the writer was let in.</summary>
    public static void LookAtRogue(string what, Fault? refusal)
    {
        if (refusal is null)
        {
            throw new ViolationException("only the writer touches copies", $"a stranger's {what} was taken");
        }
    }

    private void LookAtWriter()
    {
        foreach (var (name, volume) in truth.Volumes)
        {
            if (writer.Gate.Stored?.Volumes.GetValueOrDefault(name) is not { } there || !there.Head.AsSpan().SequenceEqual(volume.Content))
            {
                throw new ViolationException("keeps acknowledged writes", $"{name} on the writer is not what was written");
            }
        }

        var kept = writer.Gate.Stored?.Volumes.Values.SelectMany(volume => volume.Points).Where(point => !point.IsBookmark)
            .Select(point => point.Name).ToHashSet(StringComparer.Ordinal) ?? [];
        if (truth.Kept.FirstOrDefault(name => !kept.Contains(name)) is { } gone)
        {
            throw new ViolationException("leaves others' snapshots alone", $"the operator's snapshot {gone} is gone");
        }
    }

    private void LookAtRetention()
    {
        if (writer.Registry.Find(World.Unit) is not { } record || writer.Gate.Stored is not { } unit)
        {
            return;
        }

        // A few more for what is being made or was left by a kill; each copy that lags pins a few.
        var most = record.KeepSource + 3 + (copies.Count * (8 + (2 * unit.Volumes.Count)));
        if (OwnSnapshots(unit) is var there && there > most + quietRounds)
        {
            throw new ViolationException("keeps few snapshots", $"the writer has {there}, and at most {most} are needed");
        }
    }

    /// <summary>A round in which the writer could not prune.</summary>
    public void Excuse(bool couldNotPrune) => quietRounds = couldNotPrune ? quietRounds + 1 : 0;

    private void LookAtCopy(SimNode copy)
    {
        if (copy.Gate.Unit is not { } unit)
        {
            return;
        }

        foreach (var (name, volume) in unit.Volumes)
        {
            foreach (var point in volume.Points.Where(point => !point.IsBookmark))
            {
                if (truth.Snapshot(point.Guid) is not { } made || made.Volume != name || made.Name != point.Name
                    || !made.Content.AsSpan().SequenceEqual(point.Content))
                {
                    throw new ViolationException("snapshots are equal", $"{name}@{point.Name} on {copy.Id} is not what was snapshotted");
                }
            }
        }

        LookAtProgress(copy, unit);

        // A few more: what is arriving, what each volume ends with, what a broken stream may still complete, the anchor before, and what
        // arrived from writers that were killed before they said that it is whole.
        if (copy.Registry.Find(World.Unit) is { } record && record.KeepCopies + Math.Max(6, 3 + unit.Volumes.Count) is var most && OwnSnapshots(unit) is var many && many > most)
        {
            throw new ViolationException("keeps few snapshots", $"{copy.Id} has {many}, and at most {most} are needed");
        }
    }

    private static int OwnSnapshots(MemoryUnit unit) => unit.Volumes.Values.SelectMany(volume => volume.Points)
        .Where(point => !point.IsBookmark && SnapshotName.Parse(point.Name) is not null)
        .Select(point => point.Name).Distinct(StringComparer.Ordinal).Count();

    // What a copy could be promoted to never gets older, volume by volume: one that was deleted leaves with its history.
    private void LookAtProgress(SimNode copy, MemoryUnit unit)
    {
        var whole = unit.Complete().Select(point => point.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var (name, volume) in unit.Volumes.Where(volume => truth.Volumes.ContainsKey(volume.Key)))
        {
            var moment = volume.Points.Where(point => !point.IsBookmark && whole.Contains(point.Name))
                .Select(point => truth.Snapshot(point.Guid)?.Moment ?? 0).DefaultIfEmpty(0).Max();
            if (!truth.HistoryWasLost && reached.GetValueOrDefault((copy.Id, name)) is var before && moment < before && before > truth.Volumes[name].MadeAt)
            {
                throw new ViolationException("never goes back", $"the newest whole snapshot of {name} on {copy.Id} is older than one that it had: {before} became {moment}; there are {string.Join(' ', unit.Volumes.SelectMany(known => known.Value.Points.Select(point => $"{known.Key}@{point.Name}({string.Join(',', point.Members)})")))}");
            }

            reached[(copy.Id, name)] = moment;
        }
    }

    private void LookAtClaim(SimNode copy, CopyReport? report, string who)
    {
        if (report is { Complete: { } snapshot, DataAsOf: { } asOf })
        {
            LookAtClaim(copy, snapshot, asOf, who);
        }
    }

    private void LookAtWord(SimNode copy)
    {
        if (copy.Registry.UnchangedSince(World.Unit) is { } word && copy.Copies.LastReport(World.Unit) is { } report
            && report.Complete == word.Snapshot && word.IsAbout(report.History))
        {
            LookAtClaim(copy, word.Snapshot, word.AsOf, "the writer's word");
        }
    }

    private void LookAtClaim(SimNode copy, string snapshot, DateTimeOffset asOf, string who)
    {
        if (clock.MomentOf(asOf) is not { } moment)
        {
            throw new ViolationException("claims no more than it has", $"{who} claims a time for {copy.Id} that no clock ever showed");
        }

        foreach (var (name, volume) in truth.Volumes.Where(volume => volume.Value.MadeAt <= moment))
        {
            // Once said, it stays true with each newer snapshot that the copy gets.
            var whole = copy.Gate.Unit?.Complete().Select(point => point.Name).ToHashSet(StringComparer.Ordinal) ?? [];
            var points = copy.Gate.Unit?.Volumes.GetValueOrDefault(name)?.Points.Where(point => !point.IsBookmark && whole.Contains(point.Name)) ?? [];
            var has = points.Select(point => truth.Snapshot(point.Guid)?.Moment ?? -1).DefaultIfEmpty(-1).Max();
            if (has < volume.MadeAt || (has < moment && truth.HasWriteBetween(name, has, moment)))
            {
                throw new ViolationException(
                    "claims no more than it has", $"{who} says that {copy.Id} holds at {snapshot} every write to {name} up to {moment}; it holds those up to {has}");
            }
        }
    }
}
