using NodeAgent.Lab.Machines;

namespace NodeAgent.Lab.Scenarios;

/// <summary>What is kept of a failure: every node's console, journal, pools and processes.</summary>
public sealed class Evidence(LabCluster cluster)
{
    private const string Questions =
        "echo '## failed units'; systemctl --failed --no-pager; echo '## pools'; zpool status 2>&1; zfs list -t all 2>&1 | head -200; "
        + "echo '## disks'; lsblk; df -h; echo '## network'; ip -br address; ss -tnp; echo '## processes'; ps axf; "
        + "echo '## nodeagent'; command -v nodeagent && nodeagent status; echo '## journal'; journalctl -b --no-pager -o short-precise | tail -2000";

    public async Task CollectAsync(string folder, string why, CancellationToken cancel)
    {
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "why.txt"), why + "\n", cancel);
        await Task.WhenAll(Enumerable.Range(1, 6).Select(number => OneAsync(cluster[number], folder, cancel)));
    }

    private static async Task OneAsync(LabNode node, string folder, CancellationToken cancel)
    {
        foreach (var log in new[] { "console.log", "qemu.log" })
        {
            var from = Path.Combine(node.Folder, log);
            if (File.Exists(from))
            {
                File.Copy(from, Path.Combine(folder, $"{node.Name}-{log}"), overwrite: true);
            }
        }

        if (!node.IsRunning)
        {
            return;
        }

        var told = await node.RunAsync(Questions, TimeSpan.FromSeconds(40), cancel);
        await File.WriteAllTextAsync(Path.Combine(folder, $"{node.Name}.txt"), told.Output + told.Errors, cancel);
        await File.WriteAllLinesAsync(Path.Combine(folder, $"{node.Name}-qemu-events.txt"), node.Events.Select(told => told.Text), cancel);
    }
}
