using System.Formats.Tar;
using NodeAgent.Cluster;
using NodeAgent.Contract;
using NodeAgent.Daemon.Configuration;
using NodeAgent.Daemon.Stores;
using NodeAgent.Linux.Clocks;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Daemon.Stores;

[TestClass]
public sealed class StoreFoundingTests
{
    private static readonly string[] Nodes = ["n1=10.0.0.1", "n2=10.0.0.2"];
    private static readonly NodeId Self = new("n1");

    [TestMethod]
    public async Task This_nodes_seat_is_written_and_the_others_are_archives_with_modes_that_keep_keys()
    {
        using var box = new StoreBox();
        var founded = await box.FoundAsync(Self, Nodes, "w=10.0.0.3");
        Assert.IsTrue(founded.IsOk, founded.Fault?.ToString());
        StringAssert.Contains(founded.Value.Text, "2 of 3 members");
        CollectionAssert.AreEqual(new[] { "systemctl enable nodeagent-etcd.service", "systemctl start --no-block nodeagent-etcd.service" }, box.Ran.ToArray());
        Assert.AreEqual(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(box.In("etc/nodeagent/etcd/node.key")));
        Assert.AreEqual(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(box.In("state/store/authority.pem")));
        Assert.AreEqual(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(box.In("state/store/seat-w.tar")));
        StringAssert.Contains(File.ReadAllText(box.In("etc/nodeagent/etcd.env")), "ETCD_NAME=n1\n");
        var node = Unpack(box.In("state/store/seat-n2.tar"));
        var witness = Unpack(box.In("state/store/seat-w.tar"));
        CollectionAssert.Contains(node.Keys, "etc/nodeagent/conf.d/50-store.yaml");
        CollectionAssert.DoesNotContain(witness.Keys, "etc/nodeagent/conf.d/50-store.yaml");
        CollectionAssert.Contains(witness.Keys, "etc/systemd/system/nodeagent-etcd.service");
        Assert.AreEqual(UnixFileMode.UserRead | UnixFileMode.UserWrite, witness["etc/nodeagent/etcd/node.key"]);
        var next = string.Join('\n', founded.Value.Next);
        StringAssert.Contains(next, "on w: tar -C / -xpf seat-w.tar && shred -u seat-w.tar && systemctl daemon-reload && systemctl enable --now nodeagent-etcd.service\n");
        StringAssert.Contains(next, "on n2: tar");
    }

    [TestMethod]
    public async Task What_stands_in_the_way_is_said_before_anything_is_written()
    {
        using var box = new StoreBox();
        StringAssert.Contains((await box.FoundAsync(Self, ["n1", "n2=", "=x"], null)).Fault!.Why, "'n1' is not NAME=ADDRESS; 'n2=' is not NAME=ADDRESS; '=x'");
        StringAssert.Contains((await box.FoundAsync(Self, Nodes, null)).Fault!.Why, "two nodes need a witness");
        StringAssert.Contains((await box.FoundAsync(new("n9"), Nodes, "w=10.0.0.3")).Fault!.Why, "n9 is not among the members");
        StringAssert.Contains((await box.FoundAsync(new("w"), Nodes, "w=10.0.0.3")).Fault!.Why, "a witness is a box without agent");
        File.Delete(box.In("usr/bin/etcd"));
        StringAssert.Contains((await box.FoundAsync(Self, Nodes, "w=10.0.0.3")).Fault!.NextStep, "apt install etcd-server");
        Assert.IsFalse(Directory.Exists(box.In("state/store")) || Directory.Exists(box.In("etc")), "nothing was written");
        Assert.IsEmpty(box.Ran);
    }

    [TestMethod]
    public async Task A_seat_that_is_there_stays_and_one_that_did_not_start_says_how()
    {
        using var box = new StoreBox { ExitCode = 1 };
        var fault = (await box.FoundAsync(Self, Nodes, "w=10.0.0.3")).Fault!;
        StringAssert.Contains(fault.NextStep, "systemctl enable --now nodeagent-etcd.service");
        StringAssert.Contains(fault.NextStep, "seat-n2.tar");
        var environment = File.ReadAllText(box.In("etc/nodeagent/etcd.env"));
        Assert.AreEqual(FaultCode.AlreadyExists, (await box.FoundAsync(Self, Nodes, "w=10.0.0.3")).Fault!.Code);
        Assert.AreEqual(environment, File.ReadAllText(box.In("etc/nodeagent/etcd.env")));
    }

    [TestMethod]
    public async Task A_real_etcd_starts_from_these_files_and_the_agents_configuration_reaches_it()
    {
        using var box = new StoreBox();
        using var members = new FoundedEtcd(box);
        var founded = await box.FoundAsync(Self, [$"n1={members.Address(1)}", $"n2={members.Address(2)}"], $"w={members.Address(3)}");
        Assert.IsTrue(founded.IsOk, founded.Fault?.ToString());
        members.Start("n1", null);
        members.Start("n2", box.In("state/store/seat-n2.tar"));
        members.Start("w", box.In("state/store/seat-w.tar"));

        var dropIn = members.Here(File.ReadAllText(box.In("etc/nodeagent/conf.d/50-store.yaml")), "n1");
        await File.WriteAllTextAsync(box.In("nodeagent.yaml"), dropIn);
        var reading = ConfigReader.Read(box.In("nodeagent.yaml"), null, new ConfigSources("n1"));
        Assert.IsNotNull(reading.Config, string.Join('\n', reading.Problems));
        var config = reading.Config with { State = box.In("state") };
        await using var store = StoreOpening.Open(config, new BootTimeProvider()).Value;
        await AgreedAsync(store);
        var commit = await store.CommitAsync(new([], [StoreChange.Put("/test/a", "1")]), CancellationToken.None);
        Assert.AreEqual(Answer.Yes, commit.Happened, commit.Fault?.ToString());

        var report = (await new StoreSight(config, new BootTimeProvider()).LookAsync(CancellationToken.None)).Value;
        Assert.AreEqual(("etcd", Answer.Yes, 3, 1), (report.Kind, report.Agrees, report.Members.Count, report.Members.Count(member => member.IsLeader == Answer.Yes)));
        CollectionAssert.AreEqual(new[] { "n1", "n2", "w" }, report.Members.Select(member => member.Name).ToArray());
        Assert.IsTrue(report.Members.All(member => member.LatencyMs > 0 && member.StoredBytes > 0 && member.Problem is null));

        await ReplaceAsync(box, members, config);

        File.SetUnixFileMode(config.Store.Key!, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        Assert.AreEqual(FaultCode.PermissionDenied, StoreOpening.Open(config, new BootTimeProvider()).Fault!.Code);
    }

    [TestMethod]
    public async Task A_node_alone_has_a_file()
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder["nodeagent.yaml"], $"state: {folder.Path}\n");
        var config = ConfigReader.Read(folder["nodeagent.yaml"], null, new ConfigSources("n1")).Config!;
        await using var store = StoreOpening.Open(config, new BootTimeProvider()).Value;
        Assert.AreEqual(Answer.Yes, (await store.CommitAsync(new([], [StoreChange.Put("/test/a", "1")]), CancellationToken.None)).Happened);
        var report = (await new StoreSight(config, new BootTimeProvider()).LookAsync(CancellationToken.None)).Value;
        Assert.AreEqual(("file", folder["store.journal"]), (report.Kind, report.Members.Single().Endpoint));
        Assert.IsGreaterThan(0, report.Members.Single().StoredBytes);
    }

    /// <summary>The witness dies for good, and another box takes its place.</summary>
    private static async Task ReplaceAsync(StoreBox box, FoundedEtcd members, AgentConfig config)
    {
        var seating = new StoreSeating(new(box.In(""), box.In("state")), config, new BootTimeProvider());
        Assert.AreEqual(FaultCode.NotFound, (await seating.PromoteAsync("nobody", CancellationToken.None)).Fault!.Code);
        Assert.AreEqual(FaultCode.AlreadyExists, (await seating.AddAsync(new("w", members.Address(4)), "0123456789abcdef", CancellationToken.None)).Fault!.Code);
        members.Kill(2);
        var removed = await seating.RemoveAsync("w", CancellationToken.None);
        Assert.IsTrue(removed.IsOk, removed.Fault?.ToString());
        var added = await seating.AddAsync(new("w2", members.Address(4), IsWitness: true), "0123456789abcdef", CancellationToken.None);
        Assert.IsTrue(added.IsOk, added.Fault?.ToString());
        StringAssert.Contains(string.Join('\n', added.Value.Next), "nodeagent cluster store promote w2");
        members.Start("w2", box.In("state/store/seat-w2.tar"));
        for (var tries = 0; (await seating.PromoteAsync("w2", CancellationToken.None)) is { IsOk: false } waits; tries++)
        {
            Assert.IsLessThan(200, tries, waits.Fault!.ToString());
            await Task.Delay(100);
        }

        var report = (await new StoreSight(config, new BootTimeProvider()).LookAsync(CancellationToken.None)).Value;
        var last = report.Members.Single(member => member.Name == "w2");
        Assert.AreEqual((false, "store.endpoints does not name it"), (last.IsLearner, last.Problem));
    }

    private static async Task AgreedAsync(IClusterStore store)
    {
        for (var tries = 0; (await store.ReadAsync(KeyRange.Of("/x"), CancellationToken.None)) is { IsOk: false } failed; tries++)
        {
            Assert.IsLessThan(10, tries, failed.Fault!.ToString());
        }
    }

    private static Dictionary<string, UnixFileMode> Unpack(string archive)
    {
        using var file = File.OpenRead(archive);
        using var tar = new TarReader(file);
        var modes = new Dictionary<string, UnixFileMode>(StringComparer.Ordinal);
        while (tar.GetNextEntry() is { } entry)
        {
            modes.Add(entry.Name, entry.Mode);
        }

        return modes;
    }
}
