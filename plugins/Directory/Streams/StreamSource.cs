using NodeAgent.Contract;
using NodeAgent.Plugins.DirectoryBackend.Files;
using NodeAgent.Plugins.DirectoryBackend.Units;

namespace NodeAgent.Plugins.DirectoryBackend.Streams;

/// <summary>What a stream is made of, found in the record: the snapshot it leads to and the map it starts from.</summary>
internal sealed record StreamSource(StreamHeader Header, string File, BlockMap To, BlockMap? From)
{
    /// <summary>What is to be sent, by offset.</summary>
    public IEnumerable<Extent> Extents => To.ChangesSince(From)
        .Where(e => e.Offset + e.Length > Header.Position)
        .Select(e => e.Offset >= Header.Position
            ? e
            : e with { Offset = Header.Position, Length = e.Offset + e.Length - Header.Position });

    public static Outcome<StreamSource> Find(
        UnitFolder folder, UnitRecord? record, StreamStep step, Disk disk, string what, CancellationToken cancellation)
    {
        var resume = step.ResumeToken is { } text ? ResumeToken.Parse(text) : null;
        if (step.ResumeToken is not null && resume is null)
        {
            return Gone(what, "the resume token is none of this backend's");
        }

        var toGuid = resume?.ToGuid ?? step.To.Guid;
        var fromGuid = resume is null ? step.From?.Guid : resume.FromGuid;
        var volume = step.Volume.Name;
        if (record?.FindByGuid(volume, toGuid) is not { } to)
        {
            return Gone(what, $"no snapshot with identity {toGuid} is here");
        }

        BlockMap? older = null;
        if (fromGuid is not null)
        {
            var start = StartOf(folder, record, volume, fromGuid, disk, what, cancellation);
            if (!start.IsOk)
            {
                return start.Fault;
            }

            older = start.Value;
        }

        var map = BlockMap.Of(folder, to, volume, disk, cancellation);
        if (!map.IsOk)
        {
            return map.Fault;
        }

        var header = new StreamHeader
        {
            Volume = volume,
            Bytes = map.Value.Size,
            FromGuid = fromGuid,
            ToName = to.Name,
            ToGuid = toGuid,
            CreatedAt = to.CreatedAt,
            Members = to.Guids,
            Position = resume?.Position ?? 0,
        };
        return header.Check() is { } wrong
            ? Gone(what, wrong)
            : new StreamSource(header, folder.SnapshotFile(to.Name, volume), map.Value, older);
    }

    private static Outcome<BlockMap> StartOf(
        UnitFolder folder, UnitRecord record, string volume, string guid, Disk disk, string what, CancellationToken cancellation)
    {
        if (record.FindByGuid(volume, guid) is { } snapshot)
        {
            return BlockMap.Of(folder, snapshot, volume, disk, cancellation);
        }

        var anchored = record.Anchors.Any(a => a.Guids.GetValueOrDefault(volume) == guid);
        return anchored && BlockMap.Load(folder.MapFile(guid)) is { } kept
            ? kept
            : Gone(what, $"the start of the increment, {guid}, is not here any more");
    }

    private static Fault Gone(string what, string why) => new(
        FaultCode.NotFound, what, why, "Plan the stream again from what both sides have now.", Retry.AfterLook);
}
