using NodeAgent.Contract;
using NodeAgent.Daemon.Units;

namespace NodeAgent.Tests.Daemon.Units;

[TestClass]
public sealed class TenuresTests
{
    private static readonly UnitId Data = new(new BackendId("tank"), "data");
    private static readonly UnitId Logs = new(new BackendId("tank"), "logs");

    [TestMethod]
    public void What_was_opened_belongs_to_its_service_of_then_until_it_is_closed()
    {
        List<KeyValuePair<UnitId, string>> opened = [new(Data, "before"), new(Logs, "before")];
        var tenures = new Tenures([new(Data, "now")]) { Opened = () => opened };
        Assert.AreEqual(("before", "before", 2), (tenures.ServiceOf(Data), tenures.ServiceOf(Logs), tenures.All.Count));

        opened.Clear();
        Assert.AreEqual(("now", null, 1), (tenures.ServiceOf(Data), tenures.ServiceOf(Logs), tenures.All.Count));
    }
}
