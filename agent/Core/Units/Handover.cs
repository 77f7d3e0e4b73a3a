using System.Collections.Immutable;
using NodeAgent.Contract;

namespace NodeAgent.Core.Units;

/// <summary>
/// Decides the next step of a planned move of a writer. Looks at storage and record each time, so it can be begun again
/// wherever it was killed: before the release this node is the writer and undoes the move, after it there is no way back.
/// </summary>
public static class Handover
{
    /// <summary>Rounds after which a unit that is written to all the time is left where it is.</summary>
    public const int MostRounds = 6;

    /// <summary>The next step.</summary>
    public static HandoverStep Next(HandoverState state, HandoverSight seen)
    {
        if (seen.Record is not { } record)
        {
            return Undo(state, FaultCode.NotFound, "the unit is not known here any more", "'nodeagent status' lists the units.");
        }

        if (record.Epoch != state.Epoch || record.Writer != state.From)
        {
            return Released(state, record, seen);
        }

        if (seen.WasInterrupted)
        {
            return Undo(state, FaultCode.PreconditionFailed, "the agent stopped before the unit was released",
                "Nothing was moved. Order it again.");
        }

        if (seen.Trouble is { } trouble)
        {
            return new HandoverStep.Undo(trouble);
        }

        return seen.Here switch
        {
            { Role: Role.Writer } here => Open(state, here, seen),
            { Role: Role.Reader } here => Closed(state, record, here, seen),
            _ => Undo(state, FaultCode.DataPathUnavailable, "the unit's storage cannot be seen on this node", "Is its pool imported, its file system mounted?"),
        };
    }

    /// <summary>The record by which the writer gives the unit away: it takes the target's place among the copies.</summary>
    public static UnitRecord Passed(UnitRecord record, NodeId to) => record with
    {
        Writer = to,
        Epoch = new Epoch(record.Epoch.Value + 1),
        Revision = 1,
        Copies = [.. record.Copies.Select(node => node == to ? record.Writer : node)],
    };

    /// <summary>True if every volume of the target ends with the snapshot that ends the writer's, by identity.</summary>
    public static bool IsEqual(CopyHistory here, CopyHistory? there, string? whole, string snapshot) =>
        there is not null && whole == snapshot && here.Volumes.Count > 0
        && here.Volumes.Select(volume => volume.Volume).Order(StringComparer.Ordinal)
            .SequenceEqual(there.Volumes.Select(volume => volume.Volume).Order(StringComparer.Ordinal), StringComparer.Ordinal)
        && here.Volumes.All(volume => Newest(volume) is { } newest && newest.Name == snapshot
            && there.Volumes.First(other => other.Volume == volume.Volume) is { Partial: null, HeadChanged: not Answer.Yes } copy
            && Newest(copy)?.Guid == newest.Guid);

    /// <summary>Per volume, the identity of a snapshot.</summary>
    public static ImmutableSortedDictionary<string, string> Identities(CopyHistory history, string snapshot) => history.Volumes
        .Select(volume => (volume.Volume, volume.Points.LastOrDefault(point => !point.IsBookmark && point.Name == snapshot)?.Guid))
        .Where(entry => entry.Guid is not null)
        .ToImmutableSortedDictionary(entry => entry.Volume, entry => entry.Guid!, StringComparer.Ordinal);

    internal static HistoryPoint? Newest(VolumeHistory volume) => volume.Points.LastOrDefault(point => !point.IsBookmark);

    private static HandoverStep Released(HandoverState state, UnitRecord record, HandoverSight seen)
    {
        // A later epoch can only have begun after the one that this node passed on.
        if (record.Epoch.Value > state.Epoch.Value + 1)
        {
            return new HandoverStep.Done($"the unit is in epoch {record.Epoch} already");
        }

        if (record.Writer != state.To)
        {
            return new HandoverStep.Undo(new Fault(
                FaultCode.StaleEpoch, $"cannot move unit {state.Unit} to {state.To}", $"{record.Writer} is its writer in epoch {record.Epoch}",
                "'nodeagent status' shows who writes it.", Retry.Never));
        }

        return seen.IsConfirmed
            ? new HandoverStep.Done($"{state.To} writes the unit in epoch {record.Epoch}")
            : new HandoverStep.Tell($"{state.From} has released the unit, {state.To} has not confirmed yet");
    }

    private static HandoverStep Open(HandoverState state, CopyHistory here, HandoverSight seen)
    {
        if (state.Snapshot is { } snapshot && IsEqual(here, seen.There, seen.Whole, snapshot)
            && here.Volumes.All(volume => volume.HeadChanged != Answer.Yes))
        {
            return new HandoverStep.Close($"{state.To} holds {snapshot}, and nothing is known to be written since");
        }

        return state.Round < MostRounds
            ? new HandoverStep.BringNear(state.Snapshot is null ? $"{state.To} is brought up to date" : "the unit was written to meanwhile")
            : StillWritten(state);
    }

    private static HandoverStep Closed(HandoverState state, UnitRecord record, CopyHistory here, HandoverSight seen)
    {
        // "Unknown" is not "no": only a head that is certain to equal the snapshot may be left behind.
        if (state.Snapshot is { } snapshot && IsEqual(here, seen.There, seen.Whole, snapshot)
            && here.Volumes.All(volume => volume.HeadChanged == Answer.No))
        {
            return new HandoverStep.Release(
                Passed(record, state.To), $"{state.From} takes no writes, and all it has is in {snapshot} on {state.To}");
        }

        return state.Round < MostRounds
            ? new HandoverStep.Reopen("the last writes are not in the snapshot")
            : StillWritten(state);
    }

    private static HandoverStep.Undo StillWritten(HandoverState state) => Undo(
        state, FaultCode.Busy, $"after {MostRounds} rounds there were still writes that {state.To} did not have",
        "Stop the service that writes, then order it again.");

    private static HandoverStep.Undo Undo(HandoverState state, FaultCode code, string why, string next) =>
        new(new Fault(code, $"cannot move unit {state.Unit} to {state.To}", why, next, Retry.AfterFix));
}
