using NodeAgent.Contract;
using NodeAgent.Plugins.DirectoryBackend;

namespace NodeAgent.Tests.Plugins.DirectoryBackend;

/// <summary>Carries streams between two directory backends.</summary>
internal static class DirectoryTransfer
{
    public static async Task<Receipt> RunAsync(DirectoryStorage from, DirectoryStorage to, string? start, string end)
    {
        var receipt = await TryAsync(from, to, start, end);
        Assert.IsTrue(receipt.IsOk, receipt.Fault?.ToString());
        return receipt.Value;
    }

    public static async Task<Outcome<Receipt>> TryAsync(DirectoryStorage from, DirectoryStorage to, string? start, string end)
    {
        using var bytes = new MemoryStream();
        var sent = await SendAsync(from, start, end, bytes);
        Assert.IsTrue(sent.IsOk, sent.Fault?.ToString());
        bytes.Position = 0;
        return await to.Ability<IReplicationStreams>()!.ReceiveAsync(
            await StepAsync(from, start, end), bytes, null, CancellationToken.None);
    }

    public static async Task<Outcome<long>> SendAsync(DirectoryStorage from, string? start, string end, Stream output) =>
        await from.Ability<IReplicationStreams>()!.SendAsync(await StepAsync(from, start, end), output, null, CancellationToken.None);

    public static async Task<StreamStep> StepAsync(DirectoryStorage from, string? start, string end)
    {
        var history = (await from.Ability<IReplicationStreams>()!.ReadHistoryAsync(DirectoryLab.Unit(), CancellationToken.None)).Value;
        var points = history.Volumes.Single(v => v.Volume == "data").Points;
        return new StreamStep(
            DirectoryLab.Volume(), start is null ? null : points.Single(p => p.Name == start),
            points.Single(p => p.Name == end), null, new Epoch(1));
    }
}
