using NodeAgent.Lab.Checking;

namespace NodeAgent.Lab.Scenarios;

/// <summary>The write checker proves itself: flushed writes survive a power cut, and a damaged copy is noticed.</summary>
public sealed class PowerCutScenario : IScenario
{
    public string Name => "power-cut";

    public string About => "a node loses power under write load; flushed writes are there after it returns; damage is noticed";

    public int Nodes => 1;

    public async Task PlayAsync(Stage stage, CancellationToken cancel)
    {
        var node = stage[1];
        await node.ExpectAsync(Pools.Create("tank", node) + " && zfs create tank/a && zfs create -V 64M tank/v && udevadm settle", cancel: cancel);
        using var file = new WriteLedger(node, "/tank/a/log");
        using var block = new WriteLedger(node, "/dev/zvol/tank/v", block: true);
        await file.StartAsync(TimeSpan.FromMilliseconds(10), cancel);
        await block.StartAsync(TimeSpan.FromMilliseconds(10), cancel);
        await Task.Delay(TimeSpan.FromSeconds(5), cancel);
        node.PowerCut();
        var cut = stage.Seconds;
        await node.PowerOnAsync(cancel);
        await node.WaitReadyAsync(cancel);
        await node.UntilAsync("has its pool again", "test -e /tank/a/log -a -e /dev/zvol/tank/v || zpool import -f tank", TimeSpan.FromSeconds(90), cancel);
        await node.ExpectAsync("udevadm settle; test -e /tank/a/log -a -e /dev/zvol/tank/v", cancel: cancel);
        stage.RtoSeconds = stage.Seconds - cut;
        var inFile = await file.CompareAsync(node, "/tank/a/log", cancel);
        var inBlock = await block.CompareAsync(node, "/dev/zvol/tank/v", cancel);
        stage.Acknowledged = inFile.Acknowledged + inBlock.Acknowledged;
        stage.Lost = inFile.Lost + inBlock.Lost;
        stage.RpoSeconds = Math.Max(inFile.LostSeconds, inBlock.LostSeconds);
        Stage.Require(stage.Lost == 0 && inFile.Corrupt + inBlock.Corrupt == 0, $"lost or corrupt: file {inFile}, block {inBlock}");
        await DamageIsNoticedAsync(file, stage, cancel);
    }

    private static async Task DamageIsNoticedAsync(WriteLedger ledger, Stage stage, CancellationToken cancel)
    {
        var node = stage[1];
        await node.ExpectAsync("cp /tank/a/log /root/short && truncate -s -640 /root/short && cp /tank/a/log /root/torn && printf X | dd of=/root/torn bs=1 seek=130 conv=notrunc status=none", cancel: cancel);
        Stage.Require((await ledger.CompareAsync(node, "/root/short", cancel)).Lost > 0, "the checker did not miss ten records");
        Stage.Require((await ledger.CompareAsync(node, "/root/torn", cancel)).Corrupt == 1, "the checker did not see a damaged record");
        stage.Note("checker notices a short and a torn copy");
    }
}
