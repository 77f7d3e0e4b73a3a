using NodeAgent.Contract;
using NodeAgent.Plugins.NvmeMirrorBackend;
using NodeAgent.Plugins.NvmeMirrorBackend.Initiators;

namespace NodeAgent.Tests.Plugins.NvmeMirror;

[TestClass]
public sealed class ConnectionTests
{
    [TestMethod]
    public async Task A_path_is_made_with_the_name_of_the_epoch_and_never_given_up_by_the_kernel()
    {
        using var rig = new MirrorRig();
        rig.Paths(0, "live");
        rig.Paths(1, "live");
        Directory.Delete(Path.Combine(rig.Places.Class, "nvme", "nvme4"), recursive: true);

        var made = await Of(rig, "strict").ConnectAsync(new Epoch(9), default);

        Assert.IsTrue(made.IsOk, made.Fault?.ToString());
        var line = await File.ReadAllTextAsync(rig.Places.Fabrics);
        foreach (var part in new[]
        {
            "traddr=10.0.2.2,", "trsvcid=4501,", "host_traddr=10.0.2.1,", $"nqn={rig.Names.Subsystem(MirrorRig.Remote(1))},",
            "hostnqn=nqn.2026-11.io.nodeagent:site:host:n1:e9,", "ctrl_loss_tmo=-1,", "reconnect_delay=2,", $"dhchap_secret={MirrorRig.Secret}",
        })
        {
            Assert.Contains(part, line);
        }

        Assert.DoesNotContain("fast_io_fail", line);
        Assert.IsEmpty(rig.Commands.Asked);
    }

    [TestMethod]
    public async Task Each_name_of_a_node_has_an_identity_of_its_own()
    {
        // The kernel refuses two names with one identity, and another pool of the site may be in another epoch.
        using var rig = new MirrorRig();
        rig.Paths(0, "live");
        rig.Paths(1, "live");
        Directory.Delete(Path.Combine(rig.Places.Class, "nvme", "nvme4"), recursive: true);
        var identities = new List<string>();
        foreach (var epoch in new[] { 9, 10, 9 })
        {
            await Of(rig, "strict").ConnectAsync(new Epoch(epoch), default);
            identities.Add((await File.ReadAllTextAsync(rig.Places.Fabrics)).Split(',').Single(part => part.StartsWith("hostid=", StringComparison.Ordinal)));
        }

        Assert.AreNotEqual(identities[0], identities[1]);
        Assert.AreEqual(identities[0], identities[2]);
    }

    [TestMethod]
    public async Task With_the_other_profile_the_kernel_gives_up()
    {
        using var rig = new MirrorRig();
        rig.Paths(0, "live");
        rig.Paths(1, "live");
        Directory.Delete(Path.Combine(rig.Places.Class, "nvme", "nvme4"), recursive: true);

        await Of(rig, "availability").ConnectAsync(new Epoch(9), default);

        Assert.Contains("ctrl_loss_tmo=30,fast_io_fail_tmo=5", await File.ReadAllTextAsync(rig.Places.Fabrics));
    }

    [TestMethod]
    public async Task A_peer_that_does_not_answer_does_not_keep_the_kernel_waiting()
    {
        using var rig = new MirrorRig { IsPeerUp = false };

        var made = await Of(rig, "strict").ConnectAsync(new Epoch(1), default);

        Assert.AreEqual(FaultCode.PeerUnavailable, made.Fault?.Code);
        Assert.AreEqual("", await File.ReadAllTextAsync(rig.Places.Fabrics));
    }

    [TestMethod]
    public async Task A_port_is_open_while_somebody_listens_on_it()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var to = (System.Net.IPEndPoint)listener.LocalEndpoint;
        var from = new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0);
        var knock = Door.With(TimeProvider.System);

        Assert.IsTrue(await knock(from, to, default));
        listener.Stop();
        Assert.IsFalse(await knock(from, to, default));
    }

    [TestMethod]
    public void A_drive_is_dark_when_none_of_its_paths_is_live()
    {
        using var rig = new MirrorRig();
        rig.Paths(0, "connecting");
        rig.Paths(1, "live");
        File.WriteAllText(Path.Combine(rig.Places.Class, "nvme", "nvme3", "state"), "resetting\n");
        var connections = Of(rig, "strict");

        Assert.AreEqual(0, connections.Dark(connections.Look()).Single().Index);
    }

    [TestMethod]
    public async Task Without_the_kernels_initiator_it_says_so()
    {
        using var rig = new MirrorRig();
        File.Delete(rig.Places.Fabrics);

        var made = await Of(rig, "strict").ConnectAsync(new Epoch(1), default);

        Assert.Contains("nvme-tcp", made.Fault!.NextStep);
    }

    private static Connections Of(MirrorRig rig, string profile)
    {
        var context = new BackendContext(MirrorRig.Unit.Backend, new NodeId("n1"), rig.Options(profile), "/tmp", rig.Commands, rig.Time, null!);
        var options = OptionReading.From(context).Value;
        return new Connections(options, new Layout(options), rig.Names, rig.Places, (_, _, _) => Task.FromResult(rig.IsPeerUp));
    }
}
