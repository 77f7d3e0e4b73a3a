using NodeAgent.Lab.Failover;
using NodeAgent.Lab.Mirrors;

namespace NodeAgent.Lab.Scenarios;

/// <summary>
/// The other half's node boots with a cachefile that names the pool, and with the unit that imports what such a file names. It must
/// not have the pool while the writer has, and doctor must have named it before.
/// </summary>
public sealed class MirrorServiceCachefileScenario : FailoverScenario
{
    private const string Cache = "/etc/zfs/zpool.cache";
    private static readonly TimeSpan CopyLimit = TimeSpan.FromMinutes(8);
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(60);

    public override string Name => "mirror-service-cachefile";

    public override string About => "a service on an NVMe-oF mirror: the other half's node boots with a stale cachefile: doctor names it, nothing imports the pool there, 0 lost, scrub clean";

    protected override ServiceStorage Storage => MirrorStorage.Shared;

    protected override async Task StoryAsync(FailoverPlay play, CancellationToken cancel)
    {
        var home = await play.SafeAsync(cancel, CopyLimit);
        var away = play[3 - home];
        var cache = await play[home].ExpectAsync($"zpool set cachefile=/root/stale.cache {MirrorStorage.Pool} && base64 -w0 /root/stale.cache; zpool set cachefile=none {MirrorStorage.Pool}", CommandLimit, cancel);
        await away.ExpectAsync($"mkdir -p /etc/zfs && base64 -d > {Cache} && systemctl enable zfs-import-cache.service zfs-import.target", CommandLimit, cancel, cache.Trim());
        var told = await away.RunAsync("nodeagent doctor", CommandLimit, cancel);
        Stage.Require(told.Output.Contains("zfs-import-cache", StringComparison.Ordinal), $"doctor must name the unit that would import the pool: {told.Describe()}");

        var boots = await away.BootsAsync(cancel);
        await away.ResetAsync(cancel);
        var reset = DateTimeOffset.UtcNow;
        await away.WaitReadyAsync(cancel, boots);
        await Task.Delay(Quiet, cancel);
        var ran = await away.ExpectAsync("systemctl show -p ExecMainStartTimestampMonotonic --value zfs-import-cache.service", CommandLimit, cancel);
        Stage.Require(ran.Trim() is not ("" or "0"), "zfs-import-cache has not run: nothing was tried");
        await away.ExpectAsync($"test ! -e /proc/spl/kstat/zfs/{MirrorStorage.Pool}", CommandLimit, cancel);
        await play.AcknowledgesAsync(home, reset + Quiet, cancel);
        play.Stage.Note($"node{away.Number} booted with a cachefile that names the pool, and did not import it");

        await away.ExpectAsync($"rm {Cache}", CommandLimit, cancel);
        await play.SafeAsync(cancel, CopyLimit);
        await MirrorFormation.ScrubAsync(play[home], cancel, MirrorStorage.Pool);
    }
}
