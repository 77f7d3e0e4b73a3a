using NodeAgent.Contract;
using NodeAgent.Plugins.LinstorBackend.Kernel;

namespace NodeAgent.Plugins.LinstorBackend.Controller.Provisioning;

/// <summary>Waits until the kernel of this node has what LINSTOR says it made: only that counts.</summary>
internal sealed class Arrival(Parts parts)
{
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan AppearLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan CopyLimit = TimeSpan.FromMinutes(5);

    /// <summary>Both copies whole, connected and closed.</summary>
    public Task<Outcome> WholeAsync(string resource, string what, CancellationToken cancellation) =>
        UntilAsync(resource, what, state => state is { IsMirrored: true, IsSecondary: true, PeerRole: "Secondary" }, cancellation);

    /// <summary>A volume has at least this many bytes.</summary>
    public Task<Outcome> GrownAsync(string resource, int volume, long bytes, string what, CancellationToken cancellation) =>
        UntilAsync(resource, what, state => state?.Volumes.FirstOrDefault(found => found.Number == volume) is { } found && parts.Tool.Size(found) >= bytes, cancellation);

    private async Task<Outcome> UntilAsync(string resource, string what, Func<ResourceState?, bool> isThere, CancellationToken cancellation)
    {
        var began = parts.Time.GetTimestamp();
        for (; ; )
        {
            var look = await parts.Tool.FindAsync(resource, what, cancellation);
            if (!look.IsOk)
            {
                return look.Fault;
            }

            if (isThere(look.Value))
            {
                return Outcome.Done;
            }

            var elapsed = parts.Time.GetElapsedTime(began);
            var isCopied = look.Value?.Volumes.Any(volume => volume.Replication.Contains("Sync", StringComparison.Ordinal)) ?? false;
            if (elapsed >= (isCopied ? CopyLimit : AppearLimit))
            {
                return isCopied
                    ? new Fault(FaultCode.Busy, what, $"LINSTOR has made it, {Sizes.Text(look.Value!.OutOfSyncBytes)} bytes are still to be copied", "Do it again later: it goes on where it is.", Retry.Later)
                    : new Fault(
                        FaultCode.PreconditionFailed, what, $"LINSTOR says that it is done, and the kernel here has resource {resource} as {look.Value?.ToString() ?? "not there"}",
                        "Look at 'linstor resource list' and 'dmesg', then do it again: it goes on where it is.", Retry.AfterLook);
            }

            await Task.Delay(Glance, parts.Time, cancellation);
        }
    }
}
