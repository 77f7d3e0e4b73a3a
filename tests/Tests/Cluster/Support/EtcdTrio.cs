using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

using NodeAgent.Cluster.Etcd;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Cluster.Support;

/// <summary>A real etcd of three members on 127.0.0.1, .2 and .3, whose members can be killed, frozen and started again.</summary>
public sealed class EtcdTrio : IDisposable
{
    private const int Stop = 19;
    private const int Continue = 18;
    private readonly TempFolder folder = new();
    private readonly Process?[] members = new Process?[3];
    private readonly TestCertificates? certificates;
    private readonly (int Client, int Peer) ports = FreePorts();

    private EtcdTrio(TestCertificates? certificates) => this.certificates = certificates;

    public static string? Program => new[] { "/usr/bin/etcd", "/usr/local/bin/etcd" }.FirstOrDefault(File.Exists);

    public IReadOnlyList<Uri> Endpoints => [Client(0), Client(1), Client(2)];

    /// <summary>Starts all three and waits until they agree. Inconclusive without etcd.</summary>
    public static async Task<EtcdTrio> StartAsync(TestCertificates? certificates = null)
    {
        if (Program is null)
        {
            Assert.Inconclusive("etcd is not installed (package etcd-server)");
        }

        var trio = new EtcdTrio(certificates);
        for (var index = 0; index < 3; index++)
        {
            trio.Start(index);
        }

        await using var store = trio.Store(trio.Trusted());
        try
        {
            await Agreed(store);
        }
        catch (AssertFailedException failed)
        {
            var log = File.ReadAllText(trio.folder["m0.log"]);
            trio.Dispose();
            throw new AssertFailedException(log[^Math.Min(log.Length, 2000)..], failed);
        }

        return trio;
    }

    public static async Task Agreed(EtcdStore store)
    {
        for (var tries = 0; (await store.ReadAsync(NodeAgent.Cluster.KeyRange.Of("/x"), default)) is { IsOk: false } failed; tries++)
        {
            Assert.IsLessThan(5, tries, failed.Fault!.ToString());
        }
    }

    public EtcdOptions Trusted() => certificates is null
        ? new EtcdOptions(Endpoints)
        : new EtcdOptions(Endpoints) { Certificate = () => certificates.Node, Authorities = () => [certificates.Authority] };

    public EtcdStore Store(EtcdOptions? options = null) => new(options ?? Trusted(), new NodeAgent.Linux.Clocks.BootTimeProvider(), () => 0.5);

    public void Start(int index)
    {
        var peers = string.Join(',', Enumerable.Range(0, 3).Select(each => $"m{each}={Peer(each)}"));
        var start = new ProcessStartInfo(Program!)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        string[] arguments =
        [
            "--name", $"m{index}", "--data-dir", folder[$"m{index}"], "--initial-cluster", peers,
            "--listen-client-urls", Client(index).OriginalString, "--advertise-client-urls", Client(index).OriginalString,
            "--listen-peer-urls", Peer(index), "--initial-advertise-peer-urls", Peer(index), "--logger", "zap",
            .. certificates is null ? [] : certificates.EtcdArguments,
        ];
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, line) => File.AppendAllText(folder[$"m{index}.log"], line.Data + "\n");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        members[index] = process;
    }

    public void Kill(int index)
    {
        members[index]!.Kill();
        members[index]!.WaitForExit();
        members[index] = null;
    }

    /// <summary>All members are lost, and an etcd is founded anew where they were: it knows nothing.</summary>
    public void FoundAnew()
    {
        for (var index = 0; index < 3; index++)
        {
            Kill(index);
            Directory.Delete(folder[$"m{index}"], recursive: true);
        }

        for (var index = 0; index < 3; index++)
        {
            Start(index);
        }
    }

    public void Freeze(int index) => Assert.AreEqual(0, kill(members[index]!.Id, Stop));

    public void Thaw(int index) => Assert.AreEqual(0, kill(members[index]!.Id, Continue));

    /// <summary>Which member leads.</summary>
    public async Task<int> LeaderAsync(EtcdStore store)
    {
        for (var tries = 0; ; tries++)
        {
            var health = await store.HealthAsync(default);
            var leader = health.Members.ToList().FindIndex(member => member.IsLeader == NodeAgent.Contract.Answer.Yes);
            if (leader >= 0)
            {
                return leader;
            }

            Assert.IsLessThan(50, tries, "no leader");
        }
    }

    public void Dispose()
    {
        foreach (var member in members.OfType<Process>())
        {
            member.Kill();
            member.WaitForExit();
            member.Dispose();
        }

        folder.Dispose();
    }

    // Both are held until both are known: the kernel may give one that was let go of a second time.
    private static (int Client, int Peer) FreePorts()
    {
        using var client = new TcpListener(IPAddress.Loopback, 0);
        using var peer = new TcpListener(IPAddress.Loopback, 0);
        client.Start();
        peer.Start();
        return (((IPEndPoint)client.LocalEndpoint).Port, ((IPEndPoint)peer.LocalEndpoint).Port);
    }

    private Uri Client(int index) => new($"{Scheme}://127.0.0.{index + 1}:{ports.Client}");

    private string Peer(int index) => $"{Scheme}://127.0.0.{index + 1}:{ports.Peer}";

    private string Scheme => certificates is null ? "http" : "https";

#pragma warning disable SYSLIB1054, CA5392 // A test needs one call of libc and no generator.
    [DllImport("libc")]
    private static extern int kill(int process, int signal);
#pragma warning restore SYSLIB1054, CA5392
}
