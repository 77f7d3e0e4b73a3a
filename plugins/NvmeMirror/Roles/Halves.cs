using NodeAgent.Contract;
using NodeAgent.Plugins.NvmeMirrorBackend.Certificates;
using NodeAgent.Plugins.NvmeMirrorBackend.Pools;

namespace NodeAgent.Plugins.NvmeMirrorBackend.Roles;

/// <summary>This node's half of the pool, read from its drives.</summary>
/// <param name="IsClosed">Whoever wrote last has closed it in order.</param>
/// <param name="Txg">The newest transaction group on any of them.</param>
internal sealed record Halves(bool IsClosed, long Txg)
{
    /// <summary>A drive of every mirror must be here and of the pool that the certificate is about.</summary>
    public static async Task<Outcome<Halves>> ReadAsync(Parts parts, Certificate certificate, string what, CancellationToken cancellation)
    {
        var labels = new List<Label>();
        var reads = await Task.WhenAll(parts.Pairs.Select(pair => parts.Tool.LabelAsync(what, pair.Local, cancellation)));
        foreach (var (pair, read) in parts.Pairs.Zip(reads))
        {
            if (!read.IsOk)
            {
                return read.Fault;
            }

            if (read.Value is not { } label || label.Pool != parts.Options.Pool || (!certificate.IsBuilding && label.PoolGuid != certificate.PoolGuid))
            {
                return Faults.Data(
                    what, $"mirror {pair.Index} has no drive on this node: {pair.Local} holds {(read.Value is { } other ? $"pool {other.Pool} {other.PoolGuid}" : "no pool")}",
                    "Bring back the drive, or let the other node write.");
            }

            if (HostId.Against(parts, certificate, label) is { } cloned)
            {
                return new Fault(
                    FaultCode.PreconditionFailed, what, $"{cloned}: multihost would not see {parts.Peer} writing",
                    "Give one of them another with 'zgenhostid -f' while the pool is not imported there, and reboot it.", Retry.AfterFix);
            }

            labels.Add(label);
        }

        return new Halves(labels.TrueForAll(label => label.IsExported), labels.Max(label => label.Txg));
    }
}
