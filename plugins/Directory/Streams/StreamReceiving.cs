using System.Text.Json;
using Microsoft.Win32.SafeHandles;
using NodeAgent.Contract;
using NodeAgent.Plugins.DirectoryBackend.Files;
using NodeAgent.Plugins.DirectoryBackend.Units;

namespace NodeAgent.Plugins.DirectoryBackend.Streams;

/// <summary>
/// Eats one stream into a partial file, proves its content by reading it back, and makes it a snapshot. The unit is
/// locked when it begins and when it ends, not while bytes arrive.
/// </summary>
internal sealed class StreamReceiving(
    UnitGate gate, StreamStep step, Stream input, IProgress<OperationProgress>? progress, string what)
{
    private const long CheckpointBytes = 16 * 1024 * 1024;

    private readonly UnitFolder folder = gate.FolderOf(step.Volume.Unit);
    private readonly FrameReader reader = new(input, what);
    private long position;
    private long checkpoint;

    private string File => folder.PartialFile(step.Volume.Name);

    public async Task<Outcome<Receipt>> RunAsync(CancellationToken cancellation)
    {
        var header = await reader.HeaderAsync(cancellation);
        if (!header.IsOk)
        {
            return header.Fault;
        }

        var begun = await gate.ChangeAsync(
            step.Volume.Unit, what, (_, record) => Begin(record, header.Value, cancellation), cancellation);
        if (!begun.IsOk)
        {
            return begun.Fault;
        }

        if (begun.Value is { } already)
        {
            return already;
        }

        var digest = await gate.RunAsync(what, null, () => Outcome.Ok(gate.Disk.OpenForWriting(File)), cancellation);
        if (!digest.IsOk)
        {
            return digest.Fault;
        }

        Outcome<byte[]> applied;
        using (var file = digest.Value)
        {
            applied = await ApplyAsync(file, header.Value, cancellation);
        }

        return applied.IsOk ? await FinishAsync(header.Value, applied.Value, cancellation) : applied.Fault;
    }

    private Outcome<Receipt?> Begin(UnitRecord? record, StreamHeader header, CancellationToken cancellation)
    {
        var checks = new ReceiveChecks(gate, folder, step, what);
        if (checks.Refuse(record, header, cancellation) is { } refused)
        {
            return refused;
        }

        record ??= new UnitRecord { Uuid = Guid.NewGuid().ToString("n") };
        folder.MakeFolders();
        if (step.Epoch.Value > record.Epoch)
        {
            record = record with { Epoch = step.Epoch.Value, Holder = "" };
            folder.Save(record);
        }
        else if (!System.IO.File.Exists(folder.RecordPath))
        {
            folder.Save(record);
        }

        if (record.FindByGuid(step.Volume.Name, header.ToGuid) is { } there)
        {
            return new Receipt(step.Volume, there.Name, header.ToGuid, reader.Read);
        }

        position = header.Position;
        checkpoint = position;
        return header.Position > 0 ? (Receipt?)null : Prepare(record, header, cancellation);
    }

    private Receipt? Prepare(UnitRecord record, StreamHeader header, CancellationToken cancellation)
    {
        gate.Disk.Delete(folder.PartialRecord(header.Volume));
        if (header.FromGuid is null)
        {
            using var file = gate.Disk.MakeFile(File);
            gate.Disk.Resize(file, header.Bytes, File);
        }
        else
        {
            var start = record.FindByGuid(header.Volume, header.FromGuid)!;
            SparseFile.Copy(gate.Disk, folder.SnapshotFile(start.Name, header.Volume), File, mayShare: true, cancellation);
            using var file = gate.Disk.OpenForWriting(File);
            gate.Disk.Resize(file, header.Bytes, File);
        }

        SaveCheckpoint(header);
        return null;
    }

    private async Task<Outcome<byte[]>> ApplyAsync(SafeFileHandle file, StreamHeader header, CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                var frame = await reader.ContentAsync(header.Bytes, cancellation);
                if (!frame.IsOk)
                {
                    Checkpoint(file, header);
                    return frame.Fault;
                }

                if (frame.Value.Kind == FrameKind.Trailer)
                {
                    return frame.Value.Payload.ToArray();
                }

                Apply(file, frame.Value);
                progress?.Report(new OperationProgress("receiving", position, header.Bytes, CanCancel: true));
                if (position - checkpoint >= CheckpointBytes)
                {
                    Checkpoint(file, header);
                }
            }
        }
        catch (OperationCanceledException)
        {
            KeepWhatCame(file, header);
            throw;
        }
        catch (Exception error) when (IoFaults.IsExpected(error))
        {
            return IoFaults.From(error, what, gate.Root);
        }
    }

    private void Apply(SafeFileHandle file, Frame frame)
    {
        gate.Disk.Announce($"apply {File}");
        if (frame.Kind == FrameKind.Zeros)
        {
            SparseFile.Clear(file, frame.Offset, frame.ZeroLength);
            position = frame.Offset + frame.ZeroLength;
        }
        else
        {
            RandomAccess.Write(file, frame.Content.Span, frame.Offset);
            position = frame.Offset + frame.Content.Length;
        }
    }

    private void Checkpoint(SafeFileHandle file, StreamHeader header)
    {
        gate.Disk.Sync(file, File);
        checkpoint = position;
        SaveCheckpoint(header);
    }

    private void KeepWhatCame(SafeFileHandle file, StreamHeader header)
    {
        try
        {
            Checkpoint(file, header);
        }
        catch (Exception error) when (IoFaults.IsExpected(error))
        {
            gate.Context.Log.Write(Severity.Warning, $"{what}: cannot keep the received part: {error.Message}");
        }
    }

    private void SaveCheckpoint(StreamHeader header) => gate.Disk.Replace(
        folder.PartialRecord(header.Volume),
        JsonSerializer.SerializeToUtf8Bytes(new PartialRecord(header, position), UnitJson.Default.PartialRecord));

    private async Task<Outcome<Receipt>> FinishAsync(StreamHeader header, byte[] digest, CancellationToken cancellation)
    {
        progress?.Report(new OperationProgress("reading back", null, header.Bytes, CanCancel: true));
        var proven = await gate.RunAsync(what, null, () => ReadBack(digest, cancellation), cancellation);
        if (!proven.IsOk)
        {
            await new DirectoryPartials(gate).DiscardAsync(step.Volume, what, cancellation);
            return proven.Fault;
        }

        return await gate.ChangeAsync(
            step.Volume.Unit, what, (_, record) => Commit(record, header, proven.Value, cancellation), cancellation);
    }

    private Outcome<BlockMap> ReadBack(byte[] digest, CancellationToken cancellation)
    {
        using (var file = SparseFile.OpenForReading(File))
        {
            gate.Disk.Sync(file, File);
        }

        var map = BlockMap.Read(File, cancellation);
        return map.Digest.AsSpan().SequenceEqual(digest)
            ? map
            : new Fault(
                FaultCode.Corruption, what, "what was received is not what was sent",
                "It was thrown away and is sent again. If it happens again, replicate the unit anew.", Retry.Later);
    }

    private Outcome<Receipt> Commit(UnitRecord? record, StreamHeader header, BlockMap map, CancellationToken cancellation)
    {
        if (new ReceiveChecks(gate, folder, step, what).Refuse(record, header, cancellation) is { } refused)
        {
            return refused;
        }

        var volume = header.Volume;
        var there = record!.FindSnapshot(header.ToName);
        var place = Path.Combine(folder.Snapshots, header.ToName);
        map.Save(folder.MapFile(header.ToGuid), gate.Disk);
        gate.Disk.MakeFolder(place);
        gate.Disk.SetMode(File, Disk.ReadOnly);
        gate.Disk.Move(File, Path.Combine(place, volume));
        gate.Disk.Delete(folder.PartialRecord(volume));
        var snapshot = there ?? new SnapshotRecord
        {
            Name = header.ToName,
            Order = record.NextOrder,
            CreatedAt = header.CreatedAt,
            Guids = header.Members,
            Present = new Dictionary<string, long>(),
        };
        snapshot = snapshot with
        {
            Present = new Dictionary<string, long>(snapshot.Present) { [volume] = header.Bytes },
        };
        record = (record with { NextOrder = record.NextOrder + 1 }).With(snapshot).WithHead(volume, null);
        folder.Save(record);
        UnitRecovery.Sweep(folder, record, gate.Disk);

        // The receipt is what the disk says now, not what was meant to be written.
        var back = folder.Load();
        return back.IsOk && back.Value?.FindByGuid(volume, header.ToGuid) is { } kept
            ? new Receipt(step.Volume, kept.Name, kept.Guids[volume], reader.Read)
            : new Fault(
                FaultCode.Corruption, what, "the received snapshot is not found when it is read back",
                "Check the device and its file system.", Retry.AfterFix);
    }
}
