using NodeAgent.Contract;
using NodeAgent.Plugins.NvmeMirrorBackend;

namespace NodeAgent.Tests.Plugins.NvmeMirror;

[TestClass]
public sealed class OptionTests
{
    [TestMethod]
    public void Both_nodes_read_the_same_options_each_from_its_side()
    {
        using var rig = new MirrorRig();
        var first = Read(rig, "n1").Value;
        var second = Read(rig, "n2").Value;

        Assert.AreEqual(new NodeId("n2"), first.Peer.Id);
        Assert.AreEqual((first.Pairs[0].Local, first.Pairs[0].Remote), (second.Pairs[0].Remote, second.Pairs[0].Local));
        Assert.IsTrue(first.IsStrict);
    }

    [TestMethod]
    [DataRow("pool", "mirror-a")]
    [DataRow("pool", "Tank")]
    [DataRow("nodes", "n1=10.0.1.1+10.0.2.1")]
    [DataRow("nodes", "n1=10.0.1.1+10.0.2.1,n1=10.0.1.2+10.0.2.2")]
    [DataRow("nodes", "n1=10.0.1.1+10.0.2.1,n2=10.0.1.1+10.0.2.2")]
    [DataRow("nodes", "n1=10.0.1+10.0.2.1,n2=10.0.1.2+10.0.2.2")]
    [DataRow("nodes", "n8=10.0.1.1+10.0.2.1,n9=10.0.1.2+10.0.2.2")]
    [DataRow("pairs", "")]
    [DataRow("pairs", "abc/def")]
    [DataRow("pairs", "00000000-0000-4000-8000-000000000001/00000000-0000-4000-8000-000000000001")]
    [DataRow("spares", "")]
    [DataRow("spares", "n1=abc")]
    [DataRow("spares", "n1=00000000-0000-4000-8000-000000000191,n2=00000000-0000-4000-8000-000000000191")]
    [DataRow("spares", "n3=00000000-0000-4000-8000-000000000191")]
    [DataRow("spares", "n1=00000000-0000-4000-8000-000000000100")]
    [DataRow("profile", "fast")]
    [DataRow("port", "80")]
    [DataRow("port", "40000")]
    [DataRow("key-file", "key; rm")]
    [DataRow("target-key-file", "key; rm")]
    [DataRow("dhgroup", "null")]
    [DataRow("colour", "red")]
    public void A_wrong_value_names_its_option(string option, string value)
    {
        using var rig = new MirrorRig();
        var options = rig.Options();
        options[option] = value;

        var made = new MirrorBackendFactory().Create(Context(rig, "n1", options));

        Assert.AreEqual(FaultCode.InvalidArgument, made.Fault?.Code);
        Assert.Contains($"'{option}'", made.Fault!.Why);
    }

    [TestMethod]
    public void The_second_secret_is_in_another_file()
    {
        using var rig = new MirrorRig();
        var options = rig.Options();
        options["target-key-file"] = options["key-file"];

        Assert.Contains("'target-key-file'", new MirrorBackendFactory().Create(Context(rig, "n1", options)).Fault!.Why);
    }

    [TestMethod]
    public void Everything_missing_is_told_at_once()
    {
        using var rig = new MirrorRig();

        var made = new MirrorBackendFactory().Create(Context(rig, "n1", new Dictionary<string, string>(StringComparer.Ordinal)));

        foreach (var name in new[] { "site", "pool", "nodes", "pairs", "key-file" })
        {
            Assert.Contains($"'{name}' is missing", made.Fault!.Why);
        }
    }

    private static Outcome<MirrorOptions> Read(MirrorRig rig, string node) => OptionReading.From(Context(rig, node, rig.Options()));

    private static BackendContext Context(MirrorRig rig, string node, Dictionary<string, string> options) =>
        new(MirrorRig.Unit.Backend, new NodeId(node), options, "/tmp", rig.Commands, rig.Time, null!);
}
