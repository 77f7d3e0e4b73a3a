using NodeAgent.Contract;
using NodeAgent.Plugins.DirectoryBackend.Units;

namespace NodeAgent.Plugins.DirectoryBackend.Streams;

/// <summary>What must be so before a stream may become part of a copy. Asked at its begin and again at its end.</summary>
internal sealed class ReceiveChecks(UnitGate gate, UnitFolder folder, StreamStep step, string what)
{
    /// <summary>Why the stream is refused, or null.</summary>
    public Fault? Refuse(UnitRecord? record, StreamHeader header, CancellationToken cancellation)
    {
        var expected = step.ResumeToken is { } token ? ResumeToken.Parse(token)?.ToGuid : step.To.Guid;
        if (!string.Equals(header.Volume, step.Volume.Name, StringComparison.Ordinal) || header.ToGuid != expected)
        {
            return Precondition(
                $"the stream brings {header.ToGuid} of {header.Volume}, {expected} of {step.Volume.Name} was announced",
                "Plan the stream again.");
        }

        if (record is { IsWriter: true })
        {
            return Precondition("this node is the writer of the unit", "Demote it here first, if another node is to write it.");
        }

        if (record is not null && step.Epoch.Value < record.Epoch)
        {
            return Grants.Stale(step.Epoch, record.Epoch, what);
        }

        if (record?.FindByGuid(header.Volume, header.ToGuid) is not null)
        {
            return null;
        }

        if (record?.FindSnapshot(header.ToName) is { } other
            && other.Guids.GetValueOrDefault(header.Volume) != header.ToGuid)
        {
            return new Fault(
                FaultCode.AlreadyExists, what, $"another snapshot is named {header.ToName} here",
                $"Delete that one: nodeagent snapshot delete {folder.Unit}@{header.ToName}.", Retry.AfterFix);
        }

        return History(record, header, cancellation) ?? Partial(header);
    }

    private Fault? History(UnitRecord? record, StreamHeader header, CancellationToken cancellation)
    {
        var volume = header.Volume;
        var newest = record?.NewestOf(volume);
        if (header.FromGuid is null)
        {
            return newest is null && record?.Heads.ContainsKey(volume) is not true
                ? null
                : Diverged("a whole volume was sent, but this copy has content of its own");
        }

        if (newest is null || newest.Guids[volume] != header.FromGuid)
        {
            return Diverged(record?.FindByGuid(volume, header.FromGuid) is null
                ? "this copy does not have the snapshot that the increment starts from"
                : $"this copy has a newer snapshot, {newest?.Name}, that the increment does not build on");
        }

        return HeadCopies.Changed(folder, record!, volume, gate.Disk, cancellation) == Answer.No
            ? null
            : Diverged($"volume {volume} was written to here after snapshot {newest.Name}");
    }

    private Fault? Partial(StreamHeader header)
    {
        if (header.Position == 0)
        {
            return null;
        }

        var partial = new DirectoryPartials(gate).Find(folder, header.Volume);
        return partial is not null && partial.Header.ToGuid == header.ToGuid
            && partial.Header.FromGuid == header.FromGuid && partial.Position >= header.Position
            ? null
            : Precondition("the part that this stream goes on from is not here", "Send the stream from its beginning.");
    }

    private Fault Diverged(string why) => new(
        FaultCode.Diverged, what, why,
        $"Look at what would be lost, then roll back or delete this copy: nodeagent replication explain {folder.Unit}.",
        Retry.AfterFix);

    private Fault Precondition(string why, string next) => new(FaultCode.PreconditionFailed, what, why, next, Retry.AfterLook);
}
