using NodeAgent.Contract;
using NodeAgent.Plugins.LinstorBackend;

namespace NodeAgent.Tests.Plugins.Linstor.Controller;

[TestClass]
public sealed class ControllerOptionTests
{
    [TestMethod]
    public void Without_controllers_it_is_plain_DRBD_and_with_them_all_is_read()
    {
        using var rig = new DrbdRig();
        var options = rig.Options();
        Assert.IsNull(OptionReading.From(rig.Context(options: options)).Value.Controller);
        Add(options, ("controllers", "https://c1:3371, https://10.0.0.2:3371"), ("ca_file", "/etc/ca.pem"), ("token_file", "/etc/token"), ("resource_group", "grp"), ("place_count", "2"));

        var read = OptionReading.From(rig.Context(options: options)).Value.Controller!;

        Assert.AreEqual(("https://c1:3371/ https://10.0.0.2:3371/", "/etc/ca.pem", "/etc/token", "grp", 2), (string.Join(' ', read.Addresses), read.AuthorityFile, read.TokenFile, read.ResourceGroup, read.PlaceCount));
    }

    [TestMethod]
    [DataRow("controllers", "")]
    [DataRow("controllers", "c1")]
    [DataRow("controllers", "c1:3371")]
    [DataRow("controllers", "ftp://c1")]
    [DataRow("controllers", "http://c1:3370")]
    [DataRow("controllers", "https://me:pass@c1")]
    [DataRow("controllers", "https://c1/path")]
    [DataRow("controllers", "https://c1/?a=b")]
    [DataRow("controllers", "https://c1#x")]
    [DataRow("controllers", "https://c1,https://c1")]
    [DataRow("controllers", "https://a,https://b,https://c,https://d,https://e,https://f")]
    [DataRow("ca_file", "ca.pem")]
    [DataRow("token_file", "../token")]
    [DataRow("resource_group", "g")]
    [DataRow("resource_group", "a b")]
    [DataRow("place_count", "3")]
    [DataRow("place_count", "two")]
    [DataRow("resources", "my.db=block")]
    public void A_wrong_value_names_its_option(string option, string value)
    {
        using var rig = new DrbdRig();
        var options = rig.Options();
        Add(options, ("controllers", "https://c1:3371"), ("ca_file", "/etc/ca.pem"), ("resource_group", "grp"), (option, value));

        var made = new DrbdBackendFactory().Create(rig.Context(options: options));

        Assert.AreEqual(FaultCode.InvalidArgument, made.Fault?.Code);
        Assert.Contains($"'{option}'", made.Fault!.Why);
    }

    [TestMethod]
    public void All_that_is_wrong_is_told_at_once()
    {
        using var rig = new DrbdRig();
        var (alone, half) = (rig.Options(), rig.Options());
        Add(alone, ("ca_file", "/ca"), ("token_file", "/token"), ("resource_group", "grp"), ("nodes", "n1"));
        Add(half, ("controllers", "https://c1"), ("resources", "my.db=block"), ("colour", "red"));

        var (first, second) = (Why(rig, alone), Why(rig, half));

        foreach (var wanted in new[] { "'ca_file' needs", "'token_file' needs", "'resource_group' needs", "option 'nodes'" })
        {
            Assert.Contains(wanted, first);
        }

        foreach (var wanted in new[] { "'resource_group' is missing", "'ca_file' is missing", "'my.db'", "'colour' is not known" })
        {
            Assert.Contains(wanted, second);
        }
    }

    [TestMethod]
    public void On_this_node_itself_no_certificate_is_needed()
    {
        using var rig = new DrbdRig();
        var options = rig.Options();
        Add(options, ("controllers", "http://127.0.0.1:3370,http://[::1]:3370,http://localhost:3370"), ("resource_group", "grp"));

        Assert.IsNull(OptionReading.From(rig.Context(options: options)).Fault);
    }

    private static string Why(DrbdRig rig, Dictionary<string, string> options) => OptionReading.From(rig.Context(options: options)).Fault!.Why;

    private static void Add(Dictionary<string, string> options, params (string Name, string Value)[] more) => more.ToList().ForEach(option => options[option.Name] = option.Value);
}
