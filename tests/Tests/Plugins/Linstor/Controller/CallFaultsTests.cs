using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using NodeAgent.Contract;
using NodeAgent.Plugins.LinstorBackend.Controller.Wire;

namespace NodeAgent.Tests.Plugins.Linstor.Controller;

[TestClass]
public sealed class CallFaultsTests
{
    [TestMethod]
    [DataRow(100, FaultCode.ControlPlaneUnavailable)]
    [DataRow(202, FaultCode.InvalidArgument)]
    [DataRow(206, FaultCode.OutOfRange)]
    [DataRow(301, FaultCode.NotFound)]
    [DataRow(317, FaultCode.NotFound)]
    [DataRow(401, FaultCode.PermissionDenied)]
    [DataRow(501, FaultCode.AlreadyExists)]
    [DataRow(514, FaultCode.AlreadyExists)]
    [DataRow(605, FaultCode.PeerUnavailable)]
    [DataRow(700, FaultCode.PreconditionFailed)]
    [DataRow(801, FaultCode.OutOfSpace)]
    [DataRow(974, FaultCode.PreconditionFailed)]
    [DataRow(980, FaultCode.OutOfSpace)]
    [DataRow(992, FaultCode.Busy)]
    [DataRow(994, FaultCode.Unsupported)]
    [DataRow(995, FaultCode.PeerUnavailable)]
    [DataRow(996, FaultCode.PreconditionFailed)]
    [DataRow(997, FaultCode.InUse)]
    [DataRow(999, FaultCode.ControlPlaneUnavailable)]
    [DataRow(10001, FaultCode.PermissionDenied)]
    public void Numbers_become_the_words_of_all_backends(int number, FaultCode code)
    {
        var fault = Fault(Rc.Bad(number, "It went wrong.", "A cause.", "A correction.", "Details."));

        Assert.AreEqual(code, fault.Code);
        Assert.AreEqual(("It went wrong: A cause", "A correction."), (fault.Why, fault.NextStep));
        Assert.AreEqual(("A cause.", "A correction.", "Details.", "6712BBF1-00000-000005", "data"), (fault.Facts["cause"], fault.Facts["correction"], fault.Facts["details"], fault.Facts["errorReports"], fault.Facts["linstorRscDfn"]));
    }

    // Recorded: public issue LINBIT/linstor-server 425, a snapshot restored to a pool that is too small.
    [TestMethod]
    public void A_recorded_answer_of_a_pool_that_is_too_small_is_no_space_left()
    {
        var fault = Fault(JsonNode.Parse("""
            {"ret_code":-4611686018407202610,"message":"Not enough free space available for volume 0 of resource 'snap_pm-6ae4d75b_vzdump'.","details":"Resource: snap_pm-6ae4d75b_vzdump","error_report_ids":["6712BBF1-00000-000005"]}
            """)!.AsObject());

        Assert.AreEqual((FaultCode.OutOfSpace, "206"), (fault.Code, fault.Facts["linstorCode"]));
        Assert.Contains("linstor error-reports show 6712BBF1-00000-000005", fault.NextStep);
    }

    [TestMethod]
    [DataRow(0xCFFFFFFFFFFFFFFF, FaultCode.Unsupported)]
    [DataRow(0xCFFFFFFFFFFFFFFE, FaultCode.PermissionDenied)]
    [DataRow(0xCFFFFFFFFFFFFFFD, FaultCode.InvalidArgument)]
    public void Codes_outside_the_masks_are_known(ulong number, FaultCode code) =>
        Assert.AreEqual(code, Fault(new JsonObject { ["ret_code"] = unchecked((long)number), ["message"] = "?" }).Code);

    [TestMethod]
    public void Half_done_is_to_be_looked_at_whatever_the_status_says()
    {
        var fault = CallResults.Done(Reply(200, new JsonArray(Rc.Good(3, "Volume definition modified."), Rc.Bad(206, "(Node: 'n2') Failed to resize.", "", "", ""))), "cannot expand").Fault!;

        Assert.AreEqual((Retry.AfterLook, "true"), (fault.Retry, fault.Facts["partlyDone"]));
    }

    [TestMethod]
    [DataRow(1002)]
    [DataRow(1003)]
    public void What_a_satellite_has_not_done_is_not_done(int number)
    {
        var fault = CallResults.Done(Reply(200, new JsonArray(Rc.Good(3, "modified"), Rc.Warn(number, "Satellite 'n2' is not connected."))), "cannot expand").Fault;

        Assert.AreEqual((FaultCode.PeerUnavailable, Retry.AfterLook), (fault?.Code, fault?.Retry));
    }

    [TestMethod]
    public void Other_warnings_and_no_entries_at_all_are_done()
    {
        Assert.IsTrue(CallResults.Done(Reply(200, new JsonArray(Rc.Good(1, "created"), Rc.Warn(1013, "Not enough nodes for a tie breaker."))), "x").IsOk);
        Assert.IsTrue(CallResults.Done(Reply(201, new JsonArray()), "x").IsOk);
        Assert.IsTrue(CallResults.Done(new Reply(HttpStatusCode.OK, default, new Uri("http://c")), "x").IsOk);
    }

    [TestMethod]
    public void An_error_that_is_a_single_entry_is_read_too()
    {
        var entry = Rc.Bad(999, "Bug.");

        Assert.AreEqual(FaultCode.ControlPlaneUnavailable, CallResults.Done(Reply(500, entry), "x").Fault?.Code);
    }

    [TestMethod]
    [DataRow(500, "[]", FaultCode.Unparseable)]
    [DataRow(500, "{\"error\":1}", FaultCode.Unparseable)]
    [DataRow(200, "{\"error\":1}", FaultCode.Unparseable)]
    [DataRow(200, "\"ok\"", FaultCode.Unparseable)]
    [DataRow(401, "{\"error\":1}", FaultCode.PermissionDenied)]
    [DataRow(403, "[]", FaultCode.PermissionDenied)]
    public void Odd_answers_are_never_done(int status, string body, FaultCode code) => Assert.AreEqual(code, CallResults.Done(Reply(status, JsonNode.Parse(body)!), "x").Fault?.Code);

    private static Fault Fault(JsonObject entry) => CallResults.Done(Reply(500, new JsonArray(entry)), "cannot do it").Fault!;

    private static Reply Reply(int status, JsonNode body) => new((HttpStatusCode)status, JsonDocument.Parse(body.ToJsonString()).RootElement, new Uri("http://c:3370"));
}
