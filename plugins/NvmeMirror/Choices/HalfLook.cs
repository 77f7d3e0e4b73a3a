using System.Globalization;
using NodeAgent.Contract;
using NodeAgent.Plugins.NvmeMirrorBackend.Certificates;
using NodeAgent.Plugins.NvmeMirrorBackend.Pools;

namespace NodeAgent.Plugins.NvmeMirrorBackend.Choices;

/// <summary>
/// Reads this node's half: first the certificate, then the drives, while nothing here opens or closes the pool. Whoever opens it after
/// that has to replace the certificate first, and then the choice that is made against it fails.
/// </summary>
internal sealed class HalfLook(Parts parts)
{
    private const int Longest = 1000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public async Task<Outcome<CopySide>> ReadAsync(string what, CancellationToken cancellation)
    {
        if (!await parts.Gate.WaitAsync(Patience, cancellation))
        {
            return new CopySide(parts.Self, parts.Time.GetUtcNow(), Answer.Unknown, 0, [new CopyFact("state", "being opened, closed or looked after at this moment")])
            {
                NotKeptBecause = "it is being opened or closed",
            };
        }

        try
        {
            var seen = await parts.Book.ReadAsync(what, cancellation);
            var epoch = seen.IsOk ? parts.Epochs.Read() : seen.Fault;
            return epoch.IsOk ? await TellAsync(seen.Value, epoch.Value, what, cancellation) : epoch.Fault;
        }
        finally
        {
            parts.Gate.Release();
        }
    }

    private async Task<Outcome<CopySide>> TellAsync(Certified seen, Epoch epoch, string what, CancellationToken cancellation)
    {
        var reads = await Task.WhenAll(parts.Pairs.Select(async pair => (pair.Index, Label: await parts.Tool.LabelAsync(what, pair.Local, cancellation))));
        var ours = reads.Where(read => read.Label is { IsOk: true, Value: { } label } && label.Pool == parts.Options.Pool).Select(read => read.Label.Value!).ToList();
        if (seen.Certificate is null && epoch == Epoch.None && ours.Count == 0 && reads.All(read => read.Label.IsOk) && !parts.Tool.IsImported)
        {
            return new Fault(FaultCode.NotFound, what, "the pool was never built", "Create its first volume.", Retry.Never);
        }

        // Which pool it is the certificate says; without one the drives, if they agree.
        var guid = seen.Certificate is { IsBuilding: false } certificate ? certificate.PoolGuid : ours.FirstOrDefault()?.PoolGuid ?? "";
        var missing = string.Join("; ", reads.Select(read => Missing(read.Index, read.Label, guid)).OfType<string>());
        var halves = ours.Where(label => label.PoolGuid == guid).ToList();
        var paths = parts.Connections.Look();
        var reached = parts.Pairs.Count - parts.Connections.Dark(paths).Count;
        var connected = parts.Exports.Connected();
        var sign = !connected.IsOk ? connected.Fault.Why
            : connected.Value is { } address ? $"{address} is connected to the drives of {parts.Self}"
            : reached > 0 ? $"{parts.Self} is connected to {reached} drives of {parts.Peer}"
            : "";
        return new CopySide(parts.Self, parts.Time.GetUtcNow(), parts.Tool.IsImported ? Answer.Yes : Answer.No, seen.Version, Facts(seen.Certificate, epoch, halves, missing, reached, sign))
        {
            NotKeptBecause = "ZFS has no place for two histories of a pool: a half that gives way is copied over whole",
            Native = new HalfFacts(
                missing.Length > Longest ? missing[..Longest] : missing, guid, halves.Count == 0 ? 0 : halves.Max(label => label.Txg), epoch.Value, sign).ToText(),
        };
    }

    private string? Missing(int index, Outcome<Label?> read, string guid) =>
        !read.IsOk ? $"drive {index}: {read.Fault.Why}"
        : read.Value is not { } label ? $"drive {index} holds no pool"
        : label.Pool != parts.Options.Pool || label.PoolGuid != guid ? $"drive {index} holds pool {label.Pool} {label.PoolGuid}"
        : null;

    private List<CopyFact> Facts(Certificate? certificate, Epoch epoch, List<Label> halves, string missing, int reached, string sign)
    {
        List<CopyFact> facts =
        [
            new("state", parts.Tool.IsImported ? "imported" : halves.Count == 0 ? "not imported, and nothing to import" : halves.TrueForAll(label => label.IsExported) ? "closed in order" : "not imported, and not closed by whoever wrote it last"),
            new("drives", $"{halves.Count} of {parts.Pairs.Count} are here and of this pool{(missing.Length > 0 ? $": {missing}" : "")}"),
            new("last group written", halves.Count == 0 ? "unknown" : halves.Max(label => label.Txg).ToString(CultureInfo.InvariantCulture)),
            new("last written", halves.Max(label => label.WrittenAt) is { } at ? at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture) : "unknown"),
            new("last written by", halves.FirstOrDefault()?.HostName ?? "unknown"),
            new($"drives of {parts.Peer} seen from here", $"{reached} of {parts.Pairs.Count} over a live path"),
            new("connections", sign.Length > 0 ? sign : "none"),
            new("newest epoch seen here", epoch.ToString()),
            new("certificate in the store", certificate?.ToString() ?? "none: it was lost"),
        ];
        if (halves.Exists(label => label.IsCopying))
        {
            facts.Add(new CopyFact("copying", "a drive of a mirror was being copied when this was written: on one of the two nodes something is missing"));
        }

        return facts;
    }
}
