using System.Diagnostics;
using System.Formats.Tar;
using System.Security.Cryptography;
using NodeAgent.Tests.Cluster.Support;

namespace NodeAgent.Tests.Daemon.Stores;

/// <summary>Members of an etcd that run from what the founding wrote, each with its files under a root of its own.</summary>
internal sealed class FoundedEtcd(StoreBox box) : IDisposable
{
    // The ports are fixed: a net of its own keeps other tests away.
    private readonly string net = $"127.{RandomNumberGenerator.GetInt32(1, 255)}.{RandomNumberGenerator.GetInt32(1, 255)}";
    private readonly List<Process> members = [];

    public string Address(int number) => $"{net}.{number}";

    /// <summary>Paths of the system as paths under the member's root.</summary>
    public string Here(string text, string name) => text
        .Replace("/etc/nodeagent", Root(name) + "/etc/nodeagent", StringComparison.Ordinal)
        .Replace("/var/lib/nodeagent", Root(name) + "/var/lib/nodeagent", StringComparison.Ordinal);

    /// <summary>Starts a member; from an archive, or from what is on the box itself.</summary>
    public void Start(string name, string? archive)
    {
        if (EtcdTrio.Program is not { } program)
        {
            Assert.Inconclusive("etcd is not installed (package etcd-server)");
            return;
        }

        if (archive is not null)
        {
            Directory.CreateDirectory(Root(name));
            TarFile.ExtractToDirectory(archive, Root(name), overwriteFiles: false);
        }

        Directory.CreateDirectory(Path.Join(Root(name), "var/lib/nodeagent"));
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var line in Here(File.ReadAllText(Path.Join(Root(name), "etc/nodeagent/etcd.env")), name).Split('\n').Where(line => line.StartsWith("ETCD_", StringComparison.Ordinal)))
        {
            var cut = line.IndexOf('=', StringComparison.Ordinal);
            start.Environment[line[..cut]] = line[(cut + 1)..];
        }

        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        members.Add(process);
    }

    /// <summary>Kills one, counted as they were started.</summary>
    public void Kill(int index)
    {
        members[index].Kill();
        members[index].WaitForExit();
    }

    public void Dispose()
    {
        foreach (var member in members)
        {
            if (!member.HasExited)
            {
                member.Kill();
                member.WaitForExit();
            }

            member.Dispose();
        }
    }

    private string Root(string name) => name == "n1" ? box.In("").TrimEnd('/') : box.In("roots/" + name);
}
