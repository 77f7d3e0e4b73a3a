using NodeAgent.Contract;

namespace NodeAgent.Conformance.Bench;

/// <summary>Carries streams between two nodes, as the host would.</summary>
internal sealed class Wire(TestBench bench, TestNode from, TestNode to, VolumeId volume, Epoch epoch)
{
    public async Task<VolumeHistory> HistoryAsync(TestNode node)
    {
        var history = Expect.Ok(
            await node.Streams.ReadHistoryAsync(volume.Unit, bench.Cancellation), $"reading the history on {node.Node}");
        return history.Volumes.FirstOrDefault(v => v.Volume == volume.Name)
            ?? new VolumeHistory(volume.Name, [], null, Answer.No);
    }

    public async Task<HistoryPoint> PointAsync(TestNode node, string name) =>
        (await HistoryAsync(node)).Points.FirstOrDefault(p => p.Name == name)
        ?? throw new CheckFailedException($"point {name} is not in the history of {volume} on {node.Node}");

    public async Task<StreamStep> StepAsync(string? start, string end, string? token = null) => new(
        volume, start is null ? null : await PointAsync(from, start), await PointAsync(from, end), token, epoch);

    public async Task<byte[]> SendAsync(StreamStep step)
    {
        using var bytes = new MemoryStream();
        var sent = Expect.Ok(await from.Streams.SendAsync(step, bytes, null, bench.Cancellation), "sending");
        Expect.Equal(bytes.Length, sent, "bytes that sending says it wrote");
        return bytes.ToArray();
    }

    public async Task<Outcome<Receipt>> ReceiveAsync(StreamStep step, ReadOnlyMemory<byte> bytes)
    {
        using var input = new MemoryStream(bytes.ToArray(), writable: false);
        return await to.Streams.ReceiveAsync(step, input, null, bench.Cancellation);
    }

    /// <summary>Sends and receives; the receipt must be the identity that the sender has.</summary>
    public async Task<Receipt> ReplicateAsync(string? start, string end)
    {
        var step = await StepAsync(start, end);
        var bytes = await SendAsync(step);
        var receipt = Expect.Ok(await ReceiveAsync(step, bytes), $"receiving {start ?? "all"} to {end}");
        Expect.Equal(step.To.Guid, receipt.Guid, "identity in the receipt");
        return receipt;
    }
}
