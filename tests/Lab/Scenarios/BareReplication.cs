using System.Diagnostics;
using System.Globalization;
using NodeAgent.Lab.Machines;

namespace NodeAgent.Lab.Scenarios;

/// <summary>zfs send | socat → socat | zfs receive, from node 1 to node 2 over the first replication network.</summary>
public static class BareReplication
{
    private const string Certificate = "/run/lab-tls.pem";

    // What the agents choose on a processor without AES instructions.
    private const string Cipher = "/run/lab-tls.cnf";

    /// <summary>Over plain TCP.</summary>
    public static Task<BareTransfer> SendAsync(Stage stage, string snapshot, string? since, string target, CancellationToken cancel) =>
        SendAsync(
            stage, snapshot, since, target,
            "socat -u -b 1048576 TCP-LISTEN:7000,reuseaddr,rcvbuf=4194304 STDOUT",
            $"socat -u -b 1048576 STDIN TCP:{stage[2].Address(Link.ReplicationA)}:7000,retry=200,interval=0.05,sndbuf=4194304",
            cancel);

    /// <summary>Over TLS 1.3 with ChaCha20 and a certificate on both sides, by OpenSSL alone.</summary>
    public static async Task<BareTransfer> SendOverTlsAsync(Stage stage, string snapshot, string target, CancellationToken cancel)
    {
        await stage[1].ExpectAsync(
            "cd /run && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout lab-tls.key -out lab-tls.crt -days 30 -subj /CN=lab 2>/dev/null "
            + $"&& cat lab-tls.key lab-tls.crt > {Certificate}",
            TimeSpan.FromMinutes(1), cancel);
        var pem = await stage[1].ExpectAsync($"cat {Certificate}", cancel: cancel);
        foreach (var node in new[] { stage[1], stage[2] })
        {
            await node.ExpectAsync(
                $"cat > {Certificate}; printf 'openssl_conf = o\n[o]\nssl_conf = s\n[s]\nsystem_default = d\n[d]\nMinProtocol = TLSv1.3\nCiphersuites = TLS_CHACHA20_POLY1305_SHA256\n' > {Cipher}",
                TimeSpan.FromMinutes(1), cancel, pem + "\n");
        }

        // A session has not the environment that services have.
        const string Environment = $"export OPENSSL_CONF={Cipher} $(systemctl show-environment | grep ^OPENSSL_)";
        const string Trust = $"cert={Certificate},cafile={Certificate},verify=1";
        return await SendAsync(
            stage, snapshot, null, target,
            $"{{ {Environment}; socat -u -b 1048576 OPENSSL-LISTEN:7000,reuseaddr,{Trust} STDOUT; }}",
            $"{{ {Environment}; socat -u -b 1048576 STDIN OPENSSL:{stage[2].Address(Link.ReplicationA)}:7000,{Trust},commonname=lab,retry=200,interval=0.05; }}",
            cancel);
    }

    private static async Task<BareTransfer> SendAsync(
        Stage stage, string snapshot, string? since, string target, string listen, string connect, CancellationToken cancel)
    {
        var limit = TimeSpan.FromMinutes(10);
        var from = since is null ? string.Empty : $"-i {since} ";
        var began = Stopwatch.GetTimestamp();
        var receiving = stage[2].ExpectAsync($"{listen} | zfs receive -F {target}", limit, cancel);
        // The receiver may not listen yet: the sender's socket tries again every 50 ms.
        var sent = await stage[1].ExpectAsync(
            $"zfs send -L -c {from}{snapshot} | {connect}; "
            + $"zfs send -n -P -L -c {from}{snapshot} | awk '$1 == \"size\" {{ print $2 }}'",
            limit, cancel);
        await receiving;
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        return new BareTransfer(long.Parse(sent.Trim(), CultureInfo.InvariantCulture) / 1048576.0, seconds);
    }
}
