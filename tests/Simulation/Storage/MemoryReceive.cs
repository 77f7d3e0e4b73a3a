using NodeAgent.Contract;

namespace NodeAgent.Simulation.Storage;

/// <summary>One stream that comes in.</summary>
internal sealed class MemoryReceive(Gate gate, StreamStep step, Stream input)
{
    private readonly string what = $"receive {step.Volume.Name}";

    public async Task<Outcome<Receipt>> RunAsync()
    {
        gate.Pass($"before {what}");
        var bytes = new byte[StreamHead.Size];
        if (!await FillAsync(bytes, bytes.Length))
        {
            return Broken();
        }

        var head = StreamHead.Read(bytes);
        if (Refuse(head) is { } refused)
        {
            return refused;
        }

        var unit = gate.Unit ??= new MemoryUnit();
        unit.Epoch = step.Epoch.Value;
        var volume = unit.Volumes.GetValueOrDefault(step.Volume.Name);
        if (volume?.Points.Find(point => !point.IsBookmark && point.Guid == head.ToGuid) is { } there)
        {
            return new Receipt(step.Volume, there.Name, there.Guid, 0);
        }

        if (gate.IsFull)
        {
            return gate.Full(what);
        }

        var size = volume?.Head.Length ?? 64;
        volume ??= unit.Volumes[step.Volume.Name] = new MemoryVolume { Head = new byte[size] };
        var content = head.Position > 0 ? volume.Partial!.Content : new byte[size];
        for (var received = head.Position; received < size;)
        {
            var slice = new byte[Math.Min(16, size - received)];
            if (!await FillAsync(slice, slice.Length))
            {
                volume.Partial = new MemoryPartial(head, content, received);
                return Broken();
            }

            slice.CopyTo(content, received);
            received += slice.Length;
            if (received == size / 2)
            {
                // What a power cut leaves is what was last made durable.
                volume.Partial = new MemoryPartial(head, [.. content], received);
                gate.Pass($"middle of {what}");
            }
        }

        return await gate.ChangeAsync($"commit {step.Volume.Name}", () => Commit(volume, head, content), takesRoom: true);
    }

    private Fault? Refuse(StreamHead head)
    {
        var unit = gate.Unit;
        var volume = unit?.Volumes.GetValueOrDefault(step.Volume.Name);
        return unit?.Role == Role.Writer ? Fault(FaultCode.PreconditionFailed, "the unit is written here")
            : step.Epoch.Value < unit?.Epoch ? Fault(FaultCode.StaleEpoch, $"epoch {unit.Epoch} was seen")
            : volume?.Points.Exists(point => !point.IsBookmark && point.Guid == head.ToGuid) == true ? null
            : volume?.HeadChanged == true ? Fault(FaultCode.Diverged, "the copy was written to")
            : head.Position > 0 ? (volume?.Partial?.Token == $"{head.ToGuid}|{head.FromGuid}|{head.Position}" ? null : Fault(FaultCode.NotFound, "there is no such part"))
            : head.FromGuid != (volume?.Newest?.Guid ?? "") ? Fault(FaultCode.Diverged, $"{head.FromGuid} is not the newest here")
            : null;
    }

    private Outcome<Receipt> Commit(MemoryVolume volume, StreamHead head, byte[] content)
    {
        var start = volume.Newest?.Content ?? new byte[content.Length];
        byte[] result = head.FromGuid.Length == 0 ? content : [.. content.Zip(start, (change, before) => (byte)(change ^ before))];
        volume.Head = result;
        gate.Unit!.IsOwnHead = false;
        volume.Partial = null;

        // What is here of the snapshot knows what was deleted since; the stream was cut off before that, or the writer's storage does not forget.
        var members = gate.Unit!.Volumes.Values.SelectMany(other => other.Points).FirstOrDefault(point => !point.IsBookmark && point.Name == head.ToName)?.Members ?? head.Members;
        volume.Points.Add(new MemoryPoint(
            head.ToName, head.ToGuid, gate.Unit!.NextOrder++, head.CreatedAt, IsBookmark: false, [.. result], members));
        return new Receipt(step.Volume, head.ToName, head.ToGuid, StreamHead.Size + content.Length);
    }

    private async Task<bool> FillAsync(byte[] target, int length)
    {
        try
        {
            await input.ReadExactlyAsync(target.AsMemory(0, length));
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private Fault Broken() => Fault(FaultCode.DataPathUnavailable, "the stream broke off");

    private Fault Fault(FaultCode code, string why) => new(code, $"cannot {what} on {gate.Node}", why, "", Retry.Later);
}
