import { type Distribution, readJars } from './distribution.ts';

/**
 * The jars of `libs/`, without what no command of `bin/` starts: Kafka Streams and RocksDB (an application brings its
 * own), MirrorMaker 2 and the KRaft shell. Netty and javassist are those of the published archive, which its build
 * raises above what the modules' own POMs ask for.
 */
const jars = readJars(`
5ad94fbb2642df695892c4d6e2ab4c319821e5f9bfb7b920f1378de4f611417c com.fasterxml.jackson.core:jackson-annotations:2.10.5
2656010d1e921ac69b76fc7e0c0f5a6b14aca62fa9603e78831e6148eb7c77ba com.fasterxml.jackson.core:jackson-core:2.10.5
f93db83891a53e8d268e2cc8fcd88ead2981edc2163e35c2a52c88d9ab57b4a0 com.fasterxml.jackson.core:jackson-databind:2.10.5.1
573325172f7919399ab9a6f81d1c05d746cfc45e74bb211e01b2ecf92f96481a com.fasterxml.jackson.dataformat:jackson-dataformat-csv:2.10.5
216a7fb7a2e7ef160a3cfa6c0322984a492698df426ab83a064bd8a9b10f88ea com.fasterxml.jackson.datatype:jackson-datatype-jdk8:2.10.5
98f27188fa2a72ef5d3f85fab6e6ca0e76bde1a58c9396cb1cf91028080435d6 com.fasterxml.jackson.jaxrs:jackson-jaxrs-base:2.10.5
f0817100df27ded044dc9ac6effdb9961a3c37327c6c9262ed344218db048c7b com.fasterxml.jackson.jaxrs:jackson-jaxrs-json-provider:2.10.5
994a0a510a35d55a869567807075736597da97e9d36ad1ebaff5e37def5a55d3 com.fasterxml.jackson.module:jackson-module-jaxb-annotations:2.10.5
ef33bbfe6f85c2b17baf8e8bb586a2d96e6f2dc3095b1832b0b52d320fa0f758 com.fasterxml.jackson.module:jackson-module-paranamer:2.10.5
34dcb41f88e9cc0e6cee4552d4c38d1eacafa361fb79cb6972b158234e0d7b28 com.fasterxml.jackson.module:jackson-module-scala_2.13:2.10.5
16bb6f70b6577db165bda521a30349fcdc698055893833a993c4553eba71a61b com.github.luben:zstd-jni:1.4.9-1
688cb118a6021d819138e855208c956031688be4b47a24bb615becc63acedf07 com.thoughtworks.paranamer:paranamer:2.8
66f30da5dc6d482dc721272db84dfdee96189cafd6413bd323e66c0423e17009 com.typesafe.scala-logging:scala-logging_2.13:3.9.2
6b7a14a6f34c10f8683f7b5e2f39df0f07b58c7dff0e468ebbc713905c46979c com.yammer.metrics:metrics-core:2.2.0
fd3c7c9545a9cdb2051d1f9155c4f76b1e4ac5a57304404a6eedb578ffba7328 commons-cli:commons-cli:1.4
201dbc13077178f3075cd27d377c253d84f5a9e83781b671cdd529a5c859ef2b io.netty:netty-buffer:4.1.62.Final
881200e9a8d4de501527ecadb123c9062df10d4824c2b7b3b0c4bcd703d4be0c io.netty:netty-codec:4.1.62.Final
7f747a232634c6d794688d31796b820b8e79bf59019a4f9182ec56640788f848 io.netty:netty-common:4.1.62.Final
eec7275be682d37c092edeeb4c86809eeff8b72d79fed77a351bd91a9559cb29 io.netty:netty-handler:4.1.62.Final
93098c6549688f6bb15cfcfa3e891236a23d276326eb32935739b5082328b83f io.netty:netty-resolver:4.1.62.Final
b2a4998bc54bfcd96a2b34f71f5998cdd68308254e209e98afa3b94d2dbfc029 io.netty:netty-transport-native-epoll:4.1.62.Final
fdc628d9c017f0eaacfb18b59fe5517cd270176ff76c23ea5c0a4547b0c59cab io.netty:netty-transport-native-unix-common:4.1.62.Final
df9731c110b6bf40fa7cf456dda6cc6b45084ca1ceda7a1a9dc1416ff1a123ff io.netty:netty-transport:4.1.62.Final
8b0a0f52fa8b05c5431921a063ed866efaa41dadf2e3a7ee3e1961f2b0d9645b jakarta.activation:jakarta.activation-api:1.2.1
85fb03fc054cdf4efca8efd9b6712bbb418e1ab98241c4539c8585bbc23e1b8a jakarta.annotation:jakarta.annotation-api:1.3.5
b42d42428f3d922c892a909fa043287d577c0c5b165ad9b7d568cebf87fc9ea4 jakarta.validation:jakarta.validation-api:2.0.2
4cea299c846c8a6e6470cbfc2f7c391bc29b9caa2f9264ac1064ba91691f4adf jakarta.ws.rs:jakarta.ws.rs-api:2.1.6
69156304079bdeed9fc0ae3b39389f19b3cc4ba4443bc80508995394ead742ea jakarta.xml.bind:jakarta.xml.bind-api:2.3.2
ae475120e9fcd99b4b00b38329bd61cdc5eb754eee03fe66c01f50e137724f99 javax.activation:activation:1.1.1
af456b2dd41c4e82cf54f3e743bc678973d9fe35bd4d3071fa05c7e5333b8482 javax.servlet:javax.servlet-api:3.1.0
2c309eb2c9455ffee9da8518c70a3b6d46be2a269b2e2a101c806a537efe79a4 javax.ws.rs:javax.ws.rs-api:2.1.1
883007989d373d19f352ba9792b25dec21dc7d0e205a710a93a3815101bb3d03 javax.xml.bind:jaxb-api:2.3.0
1d31696445697720527091754369082a6651bd49781b6005deb94e56753406f9 log4j:log4j:1.2.17
df26cc58f235f477db07f753ba5a3ab243ebe5789d9f89ecf68dd62ea9a66c28 net.sf.jopt-simple:jopt-simple:5.0.4
65ceb669d88f63306c680f8088bbf765bbca72d288a61a03703000076c3d3f56 net.sourceforge.argparse4j:argparse4j:0.7.0
dac807f65b07698ff39b1b07bfef3d87ae3fd46d91bbf8a2bc02b2a831616f68 org.apache.commons:commons-lang3:3.8.1
b54a19b0b1d419ea1bcb6938e6635d6dd46bebf5c828c48a47ce704c8ba7308e org.apache.kafka:connect-api:2.8.1
1d6d8c5c419b19f9819cd2b3f5125662adbfad1603e2c3d84569a38cb83f83bf org.apache.kafka:connect-basic-auth-extension:2.8.1
9da698da3ca1a2664b16c3a47985f54daa26a2b91b6f01a42771b69911766918 org.apache.kafka:connect-file:2.8.1
e85ea6326ee95e087c5b3a4c01fcd38232e199a27674b8b4cef737e5c4300afc org.apache.kafka:connect-json:2.8.1
5f914f094ba334380ced7cacdd3cceee13b19438c33c055fc067fdae2e3e9fc1 org.apache.kafka:connect-runtime:2.8.1
6a2c6d786e1fef0cc934386dc7174dcbc3c0265f3395eb63cda8e68bbacc93e8 org.apache.kafka:connect-transforms:2.8.1
ae5a9dc793af827b2a33f734018ae5bd6f29493085c2903063d3ecb8826cc0c1 org.apache.kafka:kafka-clients:2.8.1
3dd7d4f7758e16455d9e9b43034795d3aa84606bbabbb3bf8fbfafb6e6a6b827 org.apache.kafka:kafka-log4j-appender:2.8.1
28e3f78548e1bdae4dead66ca4713b41ea3193ccfe2f663497850b26c9b1ea65 org.apache.kafka:kafka-metadata:2.8.1
bb2d300485cec4d38283e9e25db1fd5e77fcb22a1ae7ce0f6ea6175d53f71045 org.apache.kafka:kafka-raft:2.8.1
9dcc5ee2b72fe28933ca011eab27255e40677e01c1799ea3a7050c58533213d3 org.apache.kafka:kafka-tools:2.8.1
d78896f81f76026c83d6366e700453d39cbd6dfec2397d1f8fa173541d333e13 org.apache.kafka:kafka_2.13:2.8.1
9dbd3db15ac4816471e72981cb06ef90f3ffa8be6628dddf7135f7bd69bee0c0 org.apache.maven:maven-artifact:3.8.1
c82631f06c75d46bf6524d95f0d6c2e3aef1b3eb4a7b584ca296624ef0d474be org.apache.yetus:audience-annotations:0.5.0
9e0d1c2e8dc5c5a40e0f8b192b3d813e60485d7be40ff5c4f568d1c2a06873db org.apache.zookeeper:zookeeper-jute:3.5.9
f2418387b8a93c1141f688126535440b57d7d1385289b682c7e79c8466a3b4a6 org.apache.zookeeper:zookeeper:3.5.9
8d07b497bb8deb167ee5329cae87ef2043833bf52e4f15a5a9379cec447a5b2b org.codehaus.plexus:plexus-utils:3.2.1
1aefb653a6938145b76259160c43752a417ee0face336acbe5655f8fb42696a3 org.eclipse.jetty:jetty-client:9.4.43.v20210629
bc73fb7cd88fdc2d455ba9d781d47ccab1ee1df7cf2f144c7e1ad25fc9ab24e7 org.eclipse.jetty:jetty-continuation:9.4.43.v20210629
bcbf228fed3984962be41910193fb8d6fe3fbaa8a39b8cc6bc7c20e1e82e0937 org.eclipse.jetty:jetty-http:9.4.43.v20210629
0f37f12273dbd0ae216549e425203f51f63cbf4bfef3f994d832d24730f03f0b org.eclipse.jetty:jetty-io:9.4.43.v20210629
44149deceb680ab4b772634e5cf65b070bf0fbf139672295cedc9be1509d15ed org.eclipse.jetty:jetty-security:9.4.43.v20210629
7b64a7e1cbd249c0e510d6cda545dbf9393d41d9a904f9243fdaf64f98cc60e8 org.eclipse.jetty:jetty-server:9.4.43.v20210629
a457542a40ccebeae080a3e42093882419a11d4bc311d25a232f6b54d046e170 org.eclipse.jetty:jetty-servlet:9.4.43.v20210629
5499910c2da6026d0c3acca75e848b27ee160778eded5c9902b7d97c3da43a82 org.eclipse.jetty:jetty-servlets:9.4.43.v20210629
40db3ae087aeea91aa85d2b3d8fdbf40174d44d4c1cef25d2890e096b51d24f8 org.eclipse.jetty:jetty-util-ajax:9.4.43.v20210629
62786c3f838354a35fa7b66c8e9e7be968185ade18ed6b81c17f0e2e1ea225a0 org.eclipse.jetty:jetty-util:9.4.43.v20210629
bad77f9278d753406360af9e4747bd9b3161554ea9cd3d62411a0ae1f2c141fd org.glassfish.hk2.external:aopalliance-repackaged:2.6.1
5e88c123b3e41bca788b2683118867d9b6dec714247ea91c588aed46a36ee24f org.glassfish.hk2.external:jakarta.inject:2.6.1
c2cb80a01e58440ae57d5ee59af4d4d94e5180e04aff112b0cb611c07d61e773 org.glassfish.hk2:hk2-api:2.6.1
febc668deb9f2000c76bd4918d8086c0a4c74d07bd0c60486b72c6bd38b62874 org.glassfish.hk2:hk2-locator:2.6.1
30727f79086452fdefdab08451d982c2082aa239d9f75cdeb1ba271e3c887036 org.glassfish.hk2:hk2-utils:2.6.1
aab5d7849f7cfcda2cc7c541ba1bd365151d42276f151c825387245dfde3dd74 org.glassfish.hk2:osgi-resource-locator:1.0.3
877f7f71eef6750f1910003857082167522bada9b8f892b1f19e98df136d9a38 org.glassfish.jersey.containers:jersey-container-servlet-core:2.34
f44bac018b4d9ee48b42d254ade478e30cabd7f40630fb9957d575e2c116d58d org.glassfish.jersey.containers:jersey-container-servlet:2.34
82d4c7932150d5dd215f624abd20863453933874664ae93c8e5da0a3f5c071f7 org.glassfish.jersey.core:jersey-client:2.34
1c2853844525f56f1d49b3009963ec865f4eca0d353347fb7ce59c280a578647 org.glassfish.jersey.core:jersey-common:2.34
553768b59190093e8af89b3171b333c4bfbbf9f89f82939857c8d27f2bffc98b org.glassfish.jersey.core:jersey-server:2.34
4c8141f39455ffac61271ec5045a6e10cb938dbdab99560cc4b613afcae46e10 org.glassfish.jersey.inject:jersey-hk2:2.34
0730bdb1547a5a3f458d60400d804078d80f329c5b5dbc2498a4e220de8f7013 org.javassist:javassist:3.27.0-GA
f1167a45d4b8002053670ef6991ca66d1bab9dcc03e4ef00183674d2f3fb9cac org.lz4:lz4-java:1.7.1
d168f58d32f2ae7ac5a8d5d9092adeee526c604b41125dcb45eea877960a99cf org.reflections:reflections:0.9.12
4b21160da2af813c093fcc2a076afbf8faf4f8b5b08bf9cf2640978eceb88f4c org.scala-lang.modules:scala-collection-compat_2.13:2.3.0
8d815ddcf688461474b321c97a3f63f78c69a9786376e13fd8a5ee2bc825802c org.scala-lang.modules:scala-java8-compat_2.13:0.9.1
52aafeef8e0d104433329b1bc31463d1b4a9e2b8f24f85432c8cfaed9fad2587 org.scala-lang:scala-library:2.13.5
808c44b8adb3205e91d417bf57406715ca2508ad6952f6e2132ff8099b78bd73 org.scala-lang:scala-reflect:2.13.5
cdba07964d1bb40a0761485c6b1e8c2f8fd9eb1d19c53928ac0d7f9510105c57 org.slf4j:slf4j-api:1.7.30
4d41e01c40caf8a6c74add2b073055d8a4ce1c30e58154177b13f12d78abbe7b org.slf4j:slf4j-log4j12:1.7.30
b57a1c9762bebc1ee1004fe78932e7c245279652531782083c577efedf83813b org.xerial.snappy:snappy-java:1.1.8.1
`);

export const kafka281: Distribution = {
  product: 'kafka',
  version: '2.8.1',
  scala: '2.13',
  fileName: 'kafka_2.13-2.8.1.tgz',
  topFolder: 'kafka_2.13-2.8.1',
  mirrorPath: 'kafka/2.8.1/kafka_2.13-2.8.1.tgz',
  java: { oldest: 8, newest: 17, tested: [8, 11, 15] },
  released: '2021-09-19',
  mode: 'zookeeper',
  logging: 'log4j1',
  jars,
  tools: [
    { name: 'kafka-topics.sh', mainClass: 'kafka.admin.TopicCommand' },
    { name: 'kafka-console-producer.sh', mainClass: 'kafka.tools.ConsoleProducer', heap: '-Xmx512M' },
    { name: 'kafka-console-consumer.sh', mainClass: 'kafka.tools.ConsoleConsumer', heap: '-Xmx512M' },
    { name: 'kafka-configs.sh', mainClass: 'kafka.admin.ConfigCommand' },
    { name: 'kafka-consumer-groups.sh', mainClass: 'kafka.admin.ConsumerGroupCommand' },
    { name: 'kafka-leader-election.sh', mainClass: 'kafka.admin.LeaderElectionCommand' },
    { name: 'kafka-reassign-partitions.sh', mainClass: 'kafka.admin.ReassignPartitionsCommand' },
    { name: 'kafka-log-dirs.sh', mainClass: 'kafka.admin.LogDirsCommand' },
    { name: 'kafka-acls.sh', mainClass: 'kafka.admin.AclCommand' },
    { name: 'kafka-broker-api-versions.sh', mainClass: 'kafka.admin.BrokerApiVersionsCommand' },
    { name: 'kafka-delegation-tokens.sh', mainClass: 'kafka.admin.DelegationTokenCommand' },
    { name: 'kafka-delete-records.sh', mainClass: 'kafka.admin.DeleteRecordsCommand' },
    { name: 'kafka-dump-log.sh', mainClass: 'kafka.tools.DumpLogSegments' },
    { name: 'kafka-get-offsets.sh', mainClass: 'kafka.tools.GetOffsetShell' },
    { name: 'kafka-replica-verification.sh', mainClass: 'kafka.tools.ReplicaVerificationTool' },
    { name: 'kafka-storage.sh', mainClass: 'kafka.tools.StorageTool' },
    { name: 'kafka-cluster.sh', mainClass: 'kafka.tools.ClusterTool' },
    { name: 'kafka-features.sh', mainClass: 'kafka.admin.FeatureCommand' },
    {
      name: 'kafka-metadata-quorum.sh',
      mainClass: undefined,
      absent:
        'Kafka 2.8.1 has no tool for the metadata quorum: it came with Kafka 3.3. ' +
        'With ZooKeeper, "zookeeper-shell.sh HOST:2181 get /controller" names the controller.',
    },
    { name: 'kafka-producer-perf-test.sh', mainClass: 'org.apache.kafka.tools.ProducerPerformance', heap: '-Xmx512M' },
    { name: 'kafka-consumer-perf-test.sh', mainClass: 'kafka.tools.ConsumerPerformance', heap: '-Xmx512M' },
    { name: 'kafka-verifiable-producer.sh', mainClass: 'org.apache.kafka.tools.VerifiableProducer', heap: '-Xmx512M' },
    { name: 'kafka-verifiable-consumer.sh', mainClass: 'org.apache.kafka.tools.VerifiableConsumer', heap: '-Xmx512M' },
    { name: 'kafka-mirror-maker.sh', mainClass: 'kafka.tools.MirrorMaker' },
    {
      name: 'zookeeper-shell.sh',
      mainClass: 'org.apache.zookeeper.ZooKeeperMainWithTlsSupportForKafka',
      leading: '-server',
    },
    { name: 'zookeeper-security-migration.sh', mainClass: 'kafka.admin.ZkSecurityMigrator' },
  ],
};
