using NodeAgent.Contract;
using NodeAgent.Plugins.NvmeMirrorBackend;
using NodeAgent.Plugins.NvmeMirrorBackend.Initiators;
using NodeAgent.Plugins.NvmeMirrorBackend.Targets;

namespace NodeAgent.Tests.Plugins.NvmeMirror;

/// <summary>With a second secret a target proves itself to the writer, too.</summary>
[TestClass]
public sealed class SecretTests
{
    private const string Second = "DHHC-1:00:dGFyZ2V0dGFyZ2V0dGFyZ2V0dGFyZ2V0dGFyZ2V0dGFyZ2V0:";
    private const string Third = "DHHC-1:00:b3RoZXJvdGhlcm90aGVyb3RoZXJvdGhlcm90aGVyb3RoZXJv:";
    private static readonly Epoch Access = new(7);

    [TestMethod]
    public async Task The_writer_asks_for_the_target_s_proof_and_the_target_has_it_and_the_group()
    {
        using var rig = new MirrorRig();
        var options = Options(rig, Second, "ffdhe3072");

        Assert.IsTrue(Exports(rig, options).OpenTo(Access).IsOk);
        Assert.IsTrue((await new Connections(options, new Layout(options), rig.Names, rig.Places, (_, _, _) => Task.FromResult(true)).ConnectAsync(Access, default)).IsOk);

        Assert.AreEqual((MirrorRig.Secret, Second, "ffdhe3072"), (Host(rig, "dhchap_key"), Host(rig, "dhchap_ctrl_key"), Host(rig, "dhchap_dhgroup")));
        Assert.Contains($"dhchap_secret={MirrorRig.Secret},dhchap_ctrl_secret={Second}", await File.ReadAllTextAsync(rig.Places.Fabrics));
    }

    [TestMethod]
    public async Task Without_a_second_secret_nothing_is_asked_for()
    {
        using var rig = new MirrorRig();
        var options = Options(rig, null, "");

        Assert.IsTrue(Exports(rig, options).OpenTo(Access).IsOk);
        _ = await new Connections(options, new Layout(options), rig.Names, rig.Places, (_, _, _) => Task.FromResult(true)).ConnectAsync(Access, default);

        Assert.AreEqual((null, null), (Host(rig, "dhchap_ctrl_key"), Host(rig, "dhchap_dhgroup")));
        Assert.DoesNotContain("ctrl_secret", await File.ReadAllTextAsync(rig.Places.Fabrics));
    }

    [TestMethod]
    public void A_second_secret_is_added_to_an_export_that_is_open_and_never_exchanged_there()
    {
        using var rig = new MirrorRig();
        Assert.IsTrue(Exports(rig, Options(rig, null, "")).OpenTo(Access).IsOk);
        var drive = Directory.GetLastWriteTimeUtc(Path.Combine(rig.Places.Target, "subsystems", rig.Names.Subsystem(MirrorRig.Local(0)), "allowed_hosts"));
        var now = Exports(rig, Options(rig, Second, ""));

        Assert.IsFalse(now.AreOpenTo(Access), "the writer may ask for it from now on");
        Assert.IsTrue(now.OpenTo(Access).IsOk);
        Assert.AreEqual((Second, true), (Host(rig, "dhchap_ctrl_key"), now.AreOpenTo(Access)));
        Assert.AreEqual(drive, Directory.GetLastWriteTimeUtc(Path.Combine(rig.Places.Target, "subsystems", rig.Names.Subsystem(MirrorRig.Local(0)), "allowed_hosts")), "nobody was thrown out");

        Assert.IsTrue(Exports(rig, Options(rig, Third, "")).OpenTo(Access).IsOk);
        Assert.AreEqual(Second, Host(rig, "dhchap_ctrl_key"), "who is connected with it could not come back");
    }

    [TestMethod]
    public async Task Two_files_with_one_secret_are_refused_and_doctor_says_so()
    {
        using var rig = new MirrorRig();
        var options = Options(rig, MirrorRig.Secret, "");

        var read = Secrets.Read(options);

        Assert.Contains("the same secret", read.Fault!.Why);
        Assert.DoesNotContain(MirrorRig.Secret, read.Fault.ToString());
        var context = new BackendContext(MirrorRig.Unit.Backend, new NodeId("n1"), Raw(rig, ""), "/tmp", rig.Commands, rig.Time, null!);
        await using var backend = new MirrorBackend(context, options, rig.Places, (_, _, _) => Task.FromResult(true));
        Assert.Contains("the same secret", string.Join(' ', (await backend.ProbeAsync(default)).Value.Remarks));
    }

    private static Exports Exports(MirrorRig rig, MirrorOptions options) => new(options, new Layout(options), rig.Names, rig.Places, rig.Time);

    private static string? Host(MirrorRig rig, string file)
    {
        var path = Path.Combine(rig.Places.Target, "hosts", rig.Names.Host(new NodeId("n2"), Access), file);
        return File.Exists(path) ? File.ReadAllText(path).Trim() : null;
    }

    private static Dictionary<string, string> Raw(MirrorRig rig, string group)
    {
        var raw = rig.Options();
        raw["target-key-file"] = rig.KeyFile + ".target";
        if (group.Length > 0)
        {
            raw["dhgroup"] = group;
        }

        return raw;
    }

    private static MirrorOptions Options(MirrorRig rig, string? second, string group)
    {
        var raw = Raw(rig, group);
        if (second is null)
        {
            raw.Remove("target-key-file");
        }
        else
        {
            File.WriteAllText(raw["target-key-file"], second + "\n");
            File.SetUnixFileMode(raw["target-key-file"], UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        return OptionReading.From(new BackendContext(MirrorRig.Unit.Backend, new NodeId("n1"), raw, "/tmp", rig.Commands, rig.Time, null!)).Value;
    }
}
