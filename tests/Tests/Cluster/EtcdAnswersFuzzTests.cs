using System.Net;
using System.Text;

using NodeAgent.Cluster.Etcd;
using NodeAgent.Contract;

namespace NodeAgent.Tests.Cluster;

/// <summary>Answers that no etcd ever gave. A fault or an unknown is fine; an exception, or a yes out of nothing, is not.</summary>
[TestClass]
public sealed class EtcdAnswersFuzzTests
{
    private const int Mutations = 400;

    private static readonly string[] Answers =
    [
        """{"header":{"revision":"5","member_id":"16482293092293092"},"kvs":[{"key":"L2E=","create_revision":"2","mod_revision":"3","value":"MQ==","lease":"77"}],"count":"1"}""",
        """{"header":{"revision":"7"},"succeeded":true,"responses":[{"response_put":{"header":{"revision":"7"}}}]}""",
        """{"header":{"revision":"7"},"responses":[{"response_range":{"kvs":[{"key":"L2E=","create_revision":"2","mod_revision":"3","value":"MQ=="}]}}]}""",
        """{"header":{"revision":"7"},"ID":"7587848","TTL":"10"}""",
        """{"result":{"header":{"revision":"7"},"ID":"7587848","TTL":"10"}}""",
        """{"result":{"header":{"revision":"7"},"events":[{"kv":{"key":"L2E=","create_revision":"2","mod_revision":"3","value":"MQ=="}},{"type":"DELETE","kv":{"key":"L2E=","mod_revision":"4"}}]}}""",
        """{"result":{"header":{"revision":"7"},"canceled":true,"compact_revision":"6"}}""",
        """{"header":{"member_id":"123"},"members":[{"ID":"18446744073709551615","name":"a","peerURLs":["http://a:1"],"clientURLs":["http://a:2"],"isLearner":true}]}""",
        """{"error":"etcdserver: no leader","code":14,"message":"etcdserver: no leader"}""",
    ];

    [TestMethod]
    public void Mutated_answers_never_throw()
    {
        var random = new Random(20261121);
        var read = 0;
        foreach (var answer in Answers)
        {
            for (var round = 0; round < Mutations; round++)
            {
                Read(Mutate(answer, random));
                read++;
            }
        }

        Assert.IsGreaterThanOrEqualTo(3600, read);
    }

    [TestMethod]
    [DataRow("""{"header":{"revision":"7"},"succeeded":"maybe"}""")]
    [DataRow("""{"succeeded":true}""")]
    [DataRow("""{"header":{"revision":"0"},"succeeded":true}""")]
    [DataRow("""{"header":7,"succeeded":true}""")]
    [DataRow("""{}""")]
    public void An_outcome_that_is_not_clear_is_unknown(string answer) =>
        Assert.AreEqual(Answer.Unknown, EtcdAnswers.Commit(EtcdJson.Parse(Encoding.UTF8.GetBytes(answer))!.Value).Happened);

    [TestMethod]
    public void A_lease_that_answers_without_length_is_gone() =>
        Assert.AreEqual(FaultCode.NotFound, EtcdAnswers.Kept(EtcdJson.Parse("""{"result":{"ID":"7"}}"""u8.ToArray())!.Value, new(7), default).Fault!.Code);

    [TestMethod]
    public void An_answer_about_another_lease_is_no_answer() =>
        Assert.AreEqual(FaultCode.Unparseable, EtcdAnswers.Kept(EtcdJson.Parse("""{"result":{"ID":"8","TTL":"10"}}"""u8.ToArray())!.Value, new(7), default).Fault!.Code);

    [TestMethod]
    public void Events_that_go_back_in_time_end_the_watch() =>
        Assert.IsNotNull(EtcdWatchAnswer.Read(new Uri("http://a:1"), Encoding.UTF8.GetBytes(
            """{"result":{"events":[{"type":"DELETE","kv":{"key":"L2E=","mod_revision":"4"}},{"type":"DELETE","kv":{"key":"L2E=","mod_revision":"3"}}]}}""")).Fault);

    private static void Read(byte[] bytes)
    {
        var endpoint = new Uri("http://a:1");
        _ = EtcdErrors.Read(endpoint, HttpStatusCode.OK, bytes, default);
        _ = EtcdErrors.Read(endpoint, HttpStatusCode.ServiceUnavailable, bytes, default);
        _ = EtcdWatchAnswer.Read(endpoint, bytes);
        if (EtcdJson.Parse(bytes) is { } root)
        {
            _ = EtcdAnswers.View(root);
            _ = EtcdAnswers.Commit(root);
            _ = EtcdAnswers.Granted(root, default);
            _ = EtcdAnswers.Kept(root, new(7587848), default);
            _ = EtcdMembers.Read(root);
        }
    }

    private static byte[] Mutate(string answer, Random random)
    {
        string[] odd = ["null", "-1", "\"\"", "[]", "{}", "1e999", "99999999999999999999999", "\"\\ud800\"", "true", "\"====\"", "[[[[[[[[[[[[[[[[[[[[[[", "\0"];
        var text = answer;
        for (var times = random.Next(1, 4); times > 0; times--)
        {
            var at = random.Next(text.Length);
            text = random.Next(5) switch
            {
                0 => text[..at],
                1 => text.Remove(at, Math.Min(random.Next(1, 12), text.Length - at)),
                2 => text.Insert(at, odd[random.Next(odd.Length)]),
                3 => Replaced(text, at, odd[random.Next(odd.Length)]),
                _ => text[..at] + (char)random.Next(1, 0x3000) + text[(at + 1)..],
            };
            if (text.Length == 0)
            {
                break;
            }
        }

        return Encoding.UTF8.GetBytes(text);
    }

    // The value after the next colon becomes another one: still JSON, and most likely the wrong kind.
    private static string Replaced(string text, int at, string instead)
    {
        var colon = text.IndexOf(':', at);
        var end = colon < 0 ? -1 : text.IndexOfAny([',', '}', ']'], colon);
        return end < 0 ? text : text[..(colon + 1)] + instead + text[end..];
    }
}
